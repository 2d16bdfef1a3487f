"""What the machine is set to does not matter: variables of gsl, configuration above the working folder, signals."""

from __future__ import annotations

import os
import signal

for _name in [each for each in os.environ if each.startswith("GSL_")]:
    del os.environ[_name]
os.environ["GSL_NO_CONFIG"] = "1"

for _number, _usual in ((signal.SIGINT, signal.default_int_handler), (getattr(signal, "SIGHUP", None), signal.SIG_DFL)):
    if _number is not None and signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _usual)  # a shell's background and nohup ignore them, and so would all below
