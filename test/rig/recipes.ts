import type { Surroundings } from './surroundings.ts'

/** How one base image is made. The first reference is built, the others are further tags of the same image. */
export type Recipe =
  | { kind: 'debian'; references: References; slim: boolean }
  | {
      kind: 'dockerfile'
      references: References
      /** The reference that the Dockerfile's `BASE` argument names. */
      base: string
      /** The build context, a folder below `images/`. */
      folder: string
      args?: Record<string, string>
      /** npm packages, `name@version`, and where in `usr-local/` of the context (some of) their files come. */
      packages?: Record<string, { into: string; only?: string[] }>
      /** Variables that only some surroundings need. */
      environment?: (surroundings: Surroundings) => Record<string, string>
    }

type References = readonly [string, ...string[]]

const NODE = '24.21.0'
const NPM = '11.19.1'
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

/** The base images that tests may use, under the names by which the world knows them. */
export const RECIPES: Recipe[] = [
  {
    kind: 'debian',
    references: ['debian:bookworm-slim', 'debian:12-slim', 'debian:stable-slim'],
    slim: true,
  },
  { kind: 'debian', references: ['debian:bookworm', 'debian:12', 'debian:latest'], slim: false },
  {
    kind: 'dockerfile',
    references: ['busybox:1.36', 'busybox:latest'],
    base: 'debian:bookworm-slim',
    folder: 'busybox',
  },
  {
    kind: 'dockerfile',
    references: ['node:24-bookworm-slim', 'node:24-slim', `node:${NODE}-bookworm-slim`],
    base: 'debian:bookworm-slim',
    folder: 'node',
    args: { NODE_VERSION: NODE },
    packages: {
      [`node-linux-${process.arch}@${NODE}`]: { into: '.', only: ['bin', 'include', 'share'] },
      [`npm@${NPM}`]: { into: 'lib/node_modules/npm' },
    },
    // Node brings its own certificates and reads the system's only when told to.
    environment: ({ certificates }) => (certificates.length > 0 ? { NODE_EXTRA_CA_CERTS: CERTIFICATES } : {}),
  },
  {
    kind: 'dockerfile',
    references: ['node:24-bookworm', 'node:24', 'node:latest', `node:${NODE}-bookworm`],
    base: 'node:24-bookworm-slim',
    folder: 'tools',
  },
  {
    kind: 'dockerfile',
    references: ['postgres:15-bookworm', 'postgres:15'],
    base: 'debian:bookworm-slim',
    folder: 'postgres',
  },
  {
    kind: 'dockerfile',
    references: ['redis:7-bookworm', 'redis:7', 'redis:7.0-bookworm'],
    base: 'debian:bookworm-slim',
    folder: 'redis',
  },
  {
    kind: 'dockerfile',
    references: ['python:3.11-slim-bookworm', 'python:3.11-slim', 'python:3.11'],
    base: 'debian:bookworm-slim',
    folder: 'python',
    environment: ({ certificates }) => (certificates.length > 0 ? { PIP_CERT: CERTIFICATES } : {}),
  },
]
