"""What the machine is set to does not matter: variables of gsl, configuration above the working folder, signals."""

from __future__ import annotations

import os
import signal

for _name in [each for each in os.environ if each.startswith("GSL_")]:
    del os.environ[_name]
os.environ["GSL_NO_CONFIG"] = "1"

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # as in what a shell runs in the background: all below would ignore it
    signal.signal(signal.SIGINT, signal.default_int_handler)
