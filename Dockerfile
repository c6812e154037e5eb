# syntax=docker/dockerfile:1

FROM node:26-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/clean.mjs scripts/
COPY src src
RUN npm run build

FROM node:26-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:26-slim
ENV NODE_ENV=production
# glibc then gives large buffers back to the system when they are freed: a tenth less memory at 200,000 partitions.
ENV MALLOC_MMAP_THRESHOLD_=131072
# Half of them look up names: with Node's four, two names that nobody answers for hold up those of all others.
ENV UV_THREADPOOL_SIZE=16
WORKDIR /app
RUN mkdir -p /var/lib/kafka-health-exporter && chown node:node /var/lib/kafka-health-exporter
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
USER node
EXPOSE 9308
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s CMD ["node", "/app/dist/main.js", "healthcheck"]
ENTRYPOINT ["node", "/app/dist/main.js"]
