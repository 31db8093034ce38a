"""Runs a Python program several times, one after the other: ``run-several.py MODULE COMMANDS``.

COMMANDS is a JSON text with the list of arguments of each run. Importing the program takes longer than most runs, so it
is imported once, and each run is a child of this process. Ends with the first run that fails, and with its exit status.
"""

import importlib
import json
import os
import sys

name, commands = sys.argv[1], json.loads(sys.argv[2])
module = importlib.import_module(name)
for arguments in commands:
    child = os.fork()
    if child == 0:
        sys.argv = [name, *arguments]
        sys.exit(module.main())
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit(os.waitstatus_to_exitcode(status))
