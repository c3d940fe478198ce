# One image for worker, bridge, sandbox and command: `number-orders` with another argument.
#
#   docker build --build-arg BUILD_ID=2026-11-24 --tag number-orders:2026-11-24 .
#
# Any image or root file system with this Python will do as the base.
ARG BASE=python:3.13.12-slim-trixie

FROM ${BASE} AS build
WORKDIR /build
# Dependencies first, by hash: they change more rarely than our code.
COPY requirements.image.lock ./
RUN python3 -m venv /opt/number-orders \
    && /opt/number-orders/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --requirement requirements.image.lock
COPY pyproject.toml README.md ./
# Links to the folders that follow.
COPY src src
COPY activities activities
COPY administration administration
COPY batches batches
COPY bridge bridge
COPY cli cli
COPY devstack devstack
COPY evidence evidence
COPY examples examples
COPY pushes pushes
COPY runtime runtime
COPY sandbox sandbox
COPY spreadsheets spreadsheets
COPY starters starters
COPY tenios tenios
COPY worker worker
COPY workflows workflows
# What built it has nothing to do in the image.
RUN /opt/number-orders/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps \
        --no-build-isolation . \
    && /opt/number-orders/bin/pip uninstall --yes --quiet hatchling pathspec pluggy \
        trove-classifiers pip

FROM ${BASE}
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin number-orders \
    && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/number-orders
COPY --from=build /opt/number-orders /opt/number-orders
COPY examples /usr/share/number-orders/examples
# Which build these workers are, for Worker Deployment Versioning (docs/upgrades.md).
ARG BUILD_ID=unnamed
ENV PATH=/opt/number-orders/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TEMPORAL_WORKER_BUILD_ID=${BUILD_ID}
WORKDIR /var/lib/number-orders
USER 10001:10001
ENTRYPOINT ["number-orders"]
