"""Runs Python programs, each in a process of its own that has their modules already.

Importing its modules takes the openstack command a second, and everything else 0.04 s. So this process imports what earlier
runs have imported, and forks. The programs themselves are unchanged.

Reads one request a line from standard input: {"id", "program", "args", "env", "cwd", "stdout", "stderr", "seconds"}. The
output goes to the files "stdout" and "stderr". Writes {"id", "status"} as a line when the program has ended; the status is
-14 (SIGALRM) if it took longer than "seconds".
"""

import atexit
import importlib
import json
import os
import runpy
import signal
import sys
import tempfile

folder = tempfile.mkdtemp(prefix="trove-ts-warm-python-")
known = set()


def import_what_runs_imported():
    for name in os.listdir(folder):
        if name.endswith(".new"):
            continue
        with open(os.path.join(folder, name)) as file:
            modules = file.read().split("\n")
        os.unlink(os.path.join(folder, name))
        for module in modules:
            if module not in known:
                known.add(module)
                try:
                    importlib.import_module(module)
                except Exception:
                    pass  # Some are only there for the run that made them.


def tell_modules():
    file = os.path.join(folder, str(os.getpid()))
    with open(file + ".new", "w") as out:
        out.write("\n".join(name for name, module in sys.modules.copy().items() if getattr(module, "__spec__", None)))
    os.rename(file + ".new", file)


def run(request):
    """In the process of the program."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    signal.alarm(request["seconds"])
    atexit.register(tell_modules)
    sys.argv = [request["program"], *request["args"]]
    runpy.run_path(request["program"], run_name="__main__")


def main():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    replies = os.dup(1)
    for line in iter(sys.stdin.buffer.readline, b""):
        request = json.loads(line)
        import_what_runs_imported()
        if os.fork() > 0:
            continue
        # This process waits for the program and tells its status, so that this server can go on.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        pid = os.fork()
        if pid == 0:
            return run(request)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.write(replies, (json.dumps({"id": request["id"], "status": status}) + "\n").encode())
        # Not sys.exit: what is registered for the end of Python belongs to the server.
        os._exit(0)
    for name in os.listdir(folder):
        os.unlink(os.path.join(folder, name))
    os.rmdir(folder)


main()
