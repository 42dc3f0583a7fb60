"""Analyse a few seconds of noise: librosa compiles itself on its first use, which no song should have to wait for."""

from pathlib import Path

import numpy as np

from app.engine.audio.features import analyse
from app.engine.audio.track import AudioTrack

RATE, SECONDS = 44_100, 8

noise = np.random.default_rng(0).normal(0.0, 0.1, (RATE * SECONDS, 2)).astype(np.float32)
analyse(AudioTrack(Path("noise.wav"), noise, RATE, ""))
