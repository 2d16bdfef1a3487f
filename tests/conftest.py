"""What the machine is set to does not matter: no variables of gsl, no configuration above the working folder."""

from __future__ import annotations

import os

for _name in [each for each in os.environ if each.startswith("GSL_")]:
    del os.environ[_name]
os.environ["GSL_NO_CONFIG"] = "1"
