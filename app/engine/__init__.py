"""The engine: sound in, pictures out. No Qt, ever."""
