"""What ``make bench`` runs: figures that anybody can reproduce, as tables."""

import warnings

# The PostgreSQL wheel looks for a runtime folder that exists in desktop sessions only; it then takes another.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
