# gsl in a container: docker build -t gsl . && docker run --rm -v "$PWD:/work" gsl eval rules/ entities/
#
# BASE names another image with Python 3.11 or later as `python` on the path, such as one with a digest or of a mirror.
# EXTRAS are optional parts of gsl, such as [parquet].
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS build
ARG EXTRAS=""
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY docs/checks.md docs/
COPY rules rules
COPY gsl gsl
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
    && python -m venv --without-pip /opt/gsl \
    && python -m pip --python /opt/gsl/bin/python install --no-cache-dir "$(echo /wheels/*.whl)${EXTRAS}" \
    && GSL_CACHE_DIR="" /opt/gsl/bin/gsl --version

FROM ${BASE}
LABEL org.opencontainers.image.title="gsl" \
    org.opencontainers.image.description="Check cloud entities with GSL rules, the policy language of CloudGuard" \
    org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --uid 10001 --user-group --create-home --shell /usr/sbin/nologin gsl \
    && chmod 755 /home/gsl \
    && mkdir /work \
    && chown gsl:gsl /work
COPY --from=build /opt/gsl /opt/gsl
# A container is used once, so that it keeps no parsed rules; HOME is where boto3 looks for .aws.
ENV PATH="/opt/gsl/bin:$PATH" \
    HOME=/home/gsl \
    GSL_CACHE_DIR=""
WORKDIR /work
USER 10001:10001
ENTRYPOINT ["gsl"]
CMD ["--help"]
