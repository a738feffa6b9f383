import { createHash } from 'node:crypto'

/** A command that is struck down half-way, and the state in which it starts. */
export interface Story {
  name: string
  /** What is run, as arguments of `pristine`. */
  command: string[]
  /** The definitions of the versions that exist by then. The last of them runs. */
  before: Definition[]
  /** Of which versions the image was removed meanwhile, by ordinal. */
  pruned?: number[]
  /** Of which versions the image is an older Pristine's, by ordinal. */
  older?: number[]
  /** A snapshot `first` was taken, and the data changed after it. */
  captured?: true
  /** What a seed makes of data that is new, as the data is read. */
  seeded?: string
  /** What the definition says when the command starts. */
  definition: Definition
}

/** What a devcontainer.json says. */
export interface Definition {
  containerEnv?: object
  /** Those of a Compose file beside it. */
  services?: object
  [key: string]: unknown
}

/** A value that the definition takes from the person's environment, and that must never be written down. */
export const SECRET = { name: 'PRISTINE_CRASH_TOKEN', value: 'canary-5b1f0e7d' }

const common = (version: number) => ({
  userEnvProbe: 'none',
  containerEnv: { VERSION: String(version) },
  remoteEnv: { TOKEN: `\${localEnv:${SECRET.name}}` },
  postCreateCommand: 'echo made >/tmp/made',
})

const definition = (version: number, more: object = {}): Definition => ({
  image: 'busybox:1.36',
  mounts: ['source=data,target=/data,type=volume'],
  ...common(version),
  ...more,
})

/** Three services: one that is checked and writes the data, one that ends, and one that needs both. */
const stack = (version: number, more: object = {}): Definition => ({
  dockerComposeFile: '../compose.yaml',
  service: 'web',
  workspaceFolder: '/app',
  ...common(version),
  ...more,
  services: {
    web: {
      image: 'busybox:1.36',
      init: true,
      command: 'sleep 9999',
      environment: { VERSION: version },
      volumes: ['.:/app', 'data:/data'],
      depends_on: {
        db: { condition: 'service_healthy' },
        job: { condition: 'service_completed_successfully' },
      },
    },
    db: {
      image: 'busybox:1.36',
      init: true,
      command: `sh -c "touch /up && sleep 999${version}"`,
      volumes: ['data:/data'],
      healthcheck: { test: 'test -e /up', interval: '10s' },
    },
    job: { image: 'busybox:1.36', command: `echo ${version}` },
  },
})
/** What the hook makes in the workspace says of which version it is, as the questions ask. */
const baked = {
  onCreateCommand: 'echo baked >/baked; mkdir made; echo $VERSION >made/version; echo $VERSION >.made',
}

/** One file, of which the content is known; what takes a moment may be struck down half-way. */
const SEED = { seed: 'touch /data/half; sleep 0.3; rm /data/half; echo seeded >/data/rows' }
const seeded = {
  seeded: `${createHash('md5').update('seeded\n').digest('hex')}  rows\n`,
  definition: stack(1, { customizations: { pristine: { data: SEED } } }),
}

export const STORIES: Story[] = [
  { name: 'first up', command: ['up'], before: [], definition: definition(1, baked) },
  { name: 'changed up', command: ['up'], before: [definition(1)], definition: definition(2, baked) },
  { name: 'reset', command: ['reset'], before: [definition(1)], definition: definition(1) },
  { name: 'restart', command: ['restart'], before: [definition(1)], definition: definition(1) },
  {
    name: 'rollback',
    command: ['reset', '--to', 'v1'],
    before: [definition(1, baked), definition(2, baked)],
    definition: definition(2, baked),
  },
  {
    name: 'rebuild',
    command: ['reset', '--to', 'v1'],
    before: [definition(1, baked), definition(2)],
    pruned: [1],
    definition: definition(2),
  },
  {
    name: 'older image',
    command: ['reset', '--to', 'v1'],
    before: [definition(1, baked), definition(2)],
    older: [1],
    definition: definition(2),
  },
  {
    name: 'take',
    command: ['snapshot', 'take', 'second'],
    before: [definition(1)],
    captured: true,
    definition: definition(1),
  },
  {
    name: 'restore',
    command: ['snapshot', 'restore', 'first'],
    before: [definition(1)],
    captured: true,
    definition: definition(1),
  },
  {
    name: 'clean',
    command: ['clean', '--yes'],
    before: [definition(1), definition(2), definition(3)],
    definition: definition(3, { customizations: { pristine: { keep: 0 } } }),
  },
  { name: 'first up of services', command: ['up'], before: [], definition: stack(1, baked) },
  { name: 'changed up of services', command: ['up'], before: [stack(1)], definition: stack(2, baked) },
  { name: 'services instead of one', command: ['up'], before: [definition(1)], definition: stack(2) },
  { name: 'reset of services', command: ['reset'], before: [stack(1)], definition: stack(1) },
  { name: 'restart of services', command: ['restart'], before: [stack(1)], definition: stack(1) },
  {
    name: 'restart of one service',
    command: ['restart', '--service', 'db'],
    before: [stack(1)],
    definition: stack(1),
  },
  {
    name: 'rollback of services',
    command: ['reset', '--to', 'v1'],
    before: [stack(1, baked), stack(2, baked)],
    definition: stack(2, baked),
  },
  {
    name: 'take of services',
    command: ['snapshot', 'take', 'second'],
    before: [stack(1)],
    captured: true,
    definition: stack(1),
  },
  {
    name: 'first up of services with a seed',
    command: ['up'],
    before: [],
    ...seeded,
  },
  {
    name: 'reset of the data of services with a seed',
    command: ['reset', '--data'],
    before: [seeded.definition],
    ...seeded,
  },
  {
    name: 'restore of services',
    command: ['snapshot', 'restore', 'first'],
    before: [stack(1)],
    captured: true,
    definition: stack(1),
  },
]
