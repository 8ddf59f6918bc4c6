# The simulator as a container. Outside a container's loopback the control API needs a token, so hand one in:
#
#   docker build -t cfis-simulator .
#   docker run --rm -p 127.0.0.1:8480:8480 -e CFIS_SIM_CONTROL_TOKEN=choose-one cfis-simulator
#
# Without it a token is made at start and printed. Other containers reach it under any name; to allow some
# names only, list them: -e CFIS_SIM_ALLOWED_HOSTS=cfis

FROM python:3.12-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt ./
# The names of the dependencies alone: the layer made of them below changes only when they do.
RUN ["python", "-c", "import pathlib, tomllib; wanted = tomllib.loads(pathlib.Path('pyproject.toml').read_text())['project']['dependencies']; pathlib.Path('requirements.txt').write_text('\\n'.join(wanted))"]
COPY . .
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /dist .

FROM python:3.12-slim
LABEL org.opencontainers.image.title="cfis-simulator" \
      org.opencontainers.image.description="A local simulator of the CFIS partner API" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --gid 10001 cfis \
    && useradd --uid 10001 --gid cfis --no-create-home --shell /usr/sbin/nologin cfis
COPY --from=build /src/requirements.txt /src/constraints.txt /tmp/
RUN python -m pip install --no-cache-dir --requirement /tmp/requirements.txt --constraint /tmp/constraints.txt
COPY --from=build /dist/ /tmp/dist/
RUN python -m pip install --no-cache-dir --no-deps --no-index /tmp/dist/*.whl
ENV PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /tmp
EXPOSE 8480
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8480/_sim/health/live', timeout=2)"]
ENTRYPOINT ["cfis-sim"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8480"]
