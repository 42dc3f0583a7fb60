"""The document and how sound moves it."""
