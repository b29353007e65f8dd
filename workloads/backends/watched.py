"""Run a command for as long as somebody holds this process's standard input open.

Rule: started by file path, standard library only, so that it is up in milliseconds. When the parent dies in whatever
way, even killed, the pipe closes and the command is stopped; nothing outlives the run that started it.
"""

import os
import signal
import subprocess
import sys
import threading

_GRACE_SECONDS = 5


def main(command: list[str]) -> int:
    """Run `command` and answer with its exit code, or 143 where it was stopped from above."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    stopped = threading.Event()

    def stop_when_input_ends() -> None:
        # Not through sys.stdin, whose lock would be held by this thread when the interpreter ends.
        while os.read(0, 1):
            pass
        stopped.set()
        child.terminate()
        try:
            child.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()

    # A terminal's Ctrl-C and a polite kill reach the parent, whose closing of the pipe is the one way to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    threading.Thread(target=stop_when_input_ends, daemon=True).start()
    code = child.wait()
    return 143 if stopped.is_set() else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
