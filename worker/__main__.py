import asyncio

from runtime.process import run_process
from worker.main import run

if __name__ == "__main__":
    run_process(lambda: asyncio.run(run()))
