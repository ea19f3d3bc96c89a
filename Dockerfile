FROM python:3.11-slim
WORKDIR /opt/creditnet
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY graph graph
COPY loaders loaders
COPY queries queries
COPY api api
RUN pip install --no-cache-dir --constraint constraints.txt .
ENTRYPOINT []
CMD ["creditnet", "--help"]
