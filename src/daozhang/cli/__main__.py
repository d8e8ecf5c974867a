"""``python -m daozhang.cli``."""

from daozhang.cli.main import run

if __name__ == "__main__":
    run()
