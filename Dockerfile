# Beatplan: kernels compiled ahead, an unprivileged user, a health check.
#   docker build -t beatplan .
#   docker run -p 8000:8000 -v beatplan-data:/data beatplan                       the synthetic region
#   docker run -p 8000:8000 -v beatplan-data:/data -v "$PWD":/maps beatplan --osm /maps/iceland.osm.pbf --reps 20

FROM python:3.12-slim-bookworm AS build
WORKDIR /beatplan
COPY requirements.txt ./
COPY scripts/install scripts/
COPY app/web/package.json app/web/package-lock.json app/web/
# The same script as on a developer's machine: .venv, and the browser libraries with the Node that comes as a wheel.
RUN python3 scripts/install && rm -rf app/web/node_modules
COPY . .
# Kernels are kept by the hash of their sources and for this machine's kind of processor.
RUN .venv/bin/python scripts/warm_kernels

FROM python:3.12-slim-bookworm
RUN useradd --create-home --uid 10001 beatplan && install -d -o beatplan -g beatplan /data
COPY --from=build --chown=beatplan:beatplan /beatplan /beatplan
USER beatplan
WORKDIR /beatplan
ENV BEATPLAN_DATA_DIR=/data BEATPLAN_HOST=0.0.0.0 BEATPLAN_PORT=8000 PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
# The first start imports the map; the server answers after that.
HEALTHCHECK --interval=30s --timeout=5s --start-period=300s \
    CMD [".venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT [".venv/bin/python", "-m", "app.commands.run"]
