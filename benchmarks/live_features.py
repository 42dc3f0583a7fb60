"""What a block of live input costs: `python -m benchmarks.live_features [SONG]`.

512 samples at 48 kHz through LiveFeatures and a LiveScore, in time that one core worked: what else runs does not count.
"""

import sys
import time
from pathlib import Path

import numpy as np

from app.engine.audio.demo import demo_song
from app.engine.audio.live_features import LiveFeatures
from app.engine.audio.live_heard import LiveHeard
from app.engine.audio.track import load_track
from app.engine.show.factory import new_show
from app.engine.show.live_score import LiveScore
from app.engine.show.show import StyleRef

BLOCK, SR, SECONDS = 512, 48_000, 60


def main() -> None:
    """Prints mean, 99th percentile and worst of both halves: hearing a block, and extending a Score by it."""
    import soxr

    song = Path(sys.argv[1]) if len(sys.argv) > 1 else demo_song()[0]
    track = load_track(song)
    y = soxr.resample(track.mono(), track.sr, SR)[: SECONDS * SR].astype(np.float32)
    live, heard = LiveFeatures(SR), LiveHeard()
    score = LiveScore(new_show(StyleRef(), "Bench").scene, heard)
    spent = np.zeros((len(y) // BLOCK, 2))
    for i in range(len(spent)):
        began = time.thread_time()
        rows = live.push(y[i * BLOCK : (i + 1) * BLOCK])
        known = time.thread_time()
        heard.append(rows)
        score.extend()
        spent[i] = known - began, time.thread_time() - known
    print(f"{song.name}: {len(spent)} blocks of {BLOCK} at {SR} Hz, {1000 * BLOCK / SR:.1f} ms each")
    for name, column in zip(("hearing", "scoring"), 1000 * spent.T, strict=True):
        mean, late, worst = column.mean(), np.percentile(column, 99), column.max()
        print(f"  {name}: mean {mean:.2f} ms, 99 % within {late:.2f} ms, worst {worst:.2f} ms")


if __name__ == "__main__":
    main()
