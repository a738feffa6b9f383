/** A command that is struck down half-way, and the state in which it starts. */
export interface Story {
  name: string
  /** What is run, as arguments of `pristine`. */
  command: string[]
  /** The definitions of the versions that exist by then. The last of them runs. */
  before: object[]
  /** Of which versions the image was removed meanwhile, by ordinal. */
  pruned?: number[]
  /** Of which versions the image is an older Pristine's, by ordinal. */
  older?: number[]
  /** A snapshot `first` was taken, and the data changed after it. */
  captured?: true
  /** What the definition says when the command starts. */
  definition: object
}

/** A value that the definition takes from the person's environment, and that must never be written down. */
export const SECRET = { name: 'PRISTINE_CRASH_TOKEN', value: 'canary-5b1f0e7d' }

const definition = (version: number, more: object = {}): object => ({
  image: 'busybox:1.36',
  userEnvProbe: 'none',
  containerEnv: { VERSION: String(version) },
  remoteEnv: { TOKEN: `\${localEnv:${SECRET.name}}` },
  mounts: ['source=data,target=/data,type=volume'],
  postCreateCommand: 'echo made >/tmp/made',
  ...more,
})
/** What the hook makes in the workspace says of which version it is, as the questions ask. */
const baked = {
  onCreateCommand: 'echo baked >/baked; mkdir made; echo $VERSION >made/version; echo $VERSION >.made',
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
]
