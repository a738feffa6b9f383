// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { type FeatureFixture, PUBLISHED_FEATURES } from '../../../rig/feature-fixtures.ts'
import { ALWAYS, type Differences } from '../differences.ts'

/** A definition that both tools merge with what its image and its features ask for. */
export interface MergeDefinition {
  title: string
  json: object
  /** What the image's label `devcontainer.metadata` holds. */
  label?: unknown
  /** Features of test/fixtures/features that lie beside the definition. */
  features?: FeatureFixture[]
  /** Further files, by path; `IMAGE` is the image with the label. */
  files?: Record<string, string>
  /** The folder of the project that is opened, below `project`. */
  within?: string
  env?: Record<string, string>
  /** Facts in which the two differ on purpose; `ALWAYS` if not given. */
  differs?: Differences
}

/** Whether something has to be in a registry for a definition: an image with its label, or features. */
export const publishes = ({ json, label, files = {} }: MergeDefinition): boolean =>
  label !== undefined || JSON.stringify([json, files]).includes(PUBLISHED_FEATURES)

/** Where one of them asks for an init itself. */
const WITH_INIT: Differences = {}

/** A feature of a definition's own, in the folder `NAME` below that of the definition. */
const feature = (name: string, metadata: object): Record<string, string> => ({
  [`.devcontainer/${name}/devcontainer-feature.json`]: JSON.stringify({
    id: name,
    version: '1.0.0',
    ...metadata,
  }),
  [`.devcontainer/${name}/install.sh`]: '#!/bin/sh\n',
})

const HOOKS = {
  onCreateCommand: 'onCreate',
  updateContentCommand: 'updateContent',
  postCreateCommand: 'postCreate',
  postStartCommand: 'postStart',
  postAttachCommand: 'postAttach',
}
const hooksOf = (whom: string): object =>
  Object.fromEntries(Object.entries(HOOKS).map(([name, word]) => [name, `echo ${word} of ${whom}`]))

const booleans: MergeDefinition[] = [
  {
    title: 'init of the image',
    json: { init: false },
    label: [{ init: true }, { init: false }],
    differs: WITH_INIT,
  },
  { title: 'init of the definition', json: { init: true }, label: [{ init: false }], differs: WITH_INIT },
  { title: 'no init', json: { init: false }, label: [{ init: false }], differs: WITH_INIT },
  { title: 'privileged of the image', json: { privileged: false }, label: [{ privileged: true }] },
  { title: 'privileged of the definition', json: { privileged: true }, label: [{ privileged: false }] },
  {
    title: 'overrideCommand of the image',
    json: {},
    label: [{ overrideCommand: true }, { overrideCommand: false }],
  },
  {
    title: 'overrideCommand over the image',
    json: { overrideCommand: true },
    label: [{ overrideCommand: false }],
  },
  { title: 'overrideCommand of the definition alone', json: { overrideCommand: false } },
]

const lists: MergeDefinition[] = [
  {
    title: 'capabilities of three',
    json: { capAdd: ['SYS_PTRACE', 'NET_ADMIN'] },
    label: [{ capAdd: ['SYS_TIME', 'SYS_PTRACE'] }, {}, { capAdd: ['SYS_TIME'] }],
  },
  {
    title: 'security options of three',
    json: { securityOpt: ['seccomp=unconfined', 'label=disable'] },
    label: [{ securityOpt: ['apparmor=unconfined'] }, { securityOpt: ['seccomp=unconfined'] }],
  },
  {
    title: 'entry points in their order, without empty ones',
    json: {},
    label: [
      { entrypoint: '/first' },
      { entrypoint: '' },
      { entrypoint: null },
      { entrypoint: '/second --flag' },
    ],
  },
  {
    title: 'an entry point twice',
    json: {},
    label: [{ entrypoint: '/same' }, { entrypoint: '/same' }],
  },
]

const mounts: MergeDefinition[] = [
  {
    title: 'mounts by target, in both forms',
    json: { mounts: ['type=volume,source=mine,target=/data', { type: 'tmpfs', target: '/scratch' }] },
    label: [
      { mounts: [{ type: 'volume', source: 'of-first', target: '/data' }, 'type=tmpfs,target=/first'] },
      { mounts: ['source=of-second,target=/first,type=volume'] },
    ],
  },
  {
    title: 'mounts by the other names of their target',
    json: { mounts: ['type=volume,src=a,dst=/data', 'type=volume,src=b,destination=/other'] },
    label: [{ mounts: ['type=volume,source=c,target=/data', 'type=volume,source=d,target=/other'] }],
  },
  {
    title: 'one target twice in one list',
    json: { mounts: ['type=volume,source=first,target=/data', 'type=volume,source=second,target=/data'] },
  },
  {
    title: 'a read-only mount over one that is not',
    json: { mounts: ['type=bind,source=${localWorkspaceFolder}/data,target=/data,readonly'] },
    label: [{ mounts: ['type=bind,source=${localWorkspaceFolder}/data,target=/data'] }],
  },
  {
    title: 'mounts with variables',
    json: {
      mounts: [
        'type=bind,source=${localWorkspaceFolder}/data,target=${containerWorkspaceFolder}/other',
        'type=volume,source=kept-${devcontainerId},target=/kept',
      ],
    },
    label: [
      { mounts: ['type=volume,source=${localWorkspaceFolderBasename}-x,target=/of-${localEnv:ORACLE_NAME}'] },
    ],
    env: { ORACLE_NAME: 'ada' },
  },
  {
    title: 'targets that a variable makes equal',
    json: { mounts: ['type=volume,source=mine,target=/of/project'] },
    label: [{ mounts: ['type=volume,source=theirs,target=/of/${localWorkspaceFolderBasename}'] }],
  },
]

const users: MergeDefinition[] = [
  {
    title: 'the last user of the image',
    json: {},
    label: [{ remoteUser: 'one' }, { remoteUser: 'two' }, {}],
  },
  { title: 'the user of the definition', json: { remoteUser: 'mine' }, label: [{ remoteUser: 'one' }] },
  {
    title: 'the last container user of the image',
    json: {},
    label: [{ containerUser: 'one' }, { containerUser: 'two' }],
  },
  {
    title: 'both users, each from elsewhere',
    json: { remoteUser: 'mine' },
    label: [{ containerUser: 'theirs', remoteUser: 'other' }],
  },
  {
    title: 'the container user over that of the image',
    json: { containerUser: 'mine' },
    label: [{ containerUser: 'one' }],
  },
  {
    title: 'the probe of the image',
    json: {},
    label: [{ userEnvProbe: 'none' }, { userEnvProbe: 'loginShell' }],
  },
  {
    title: 'the probe of the definition',
    json: { userEnvProbe: 'interactiveShell' },
    label: [{ userEnvProbe: 'none' }],
  },
]

const variables: MergeDefinition[] = [
  {
    title: 'containerEnv by variable',
    json: { containerEnv: { C: 'definition', D: 'definition' } },
    label: [{ containerEnv: { A: 'one', B: 'one', C: 'one' } }, { containerEnv: { B: 'two', C: 'two' } }],
  },
  {
    title: 'containerEnv with variables of this computer',
    json: {
      containerEnv: { FOLDER: '${containerWorkspaceFolder}', NAME: '${containerWorkspaceFolderBasename}' },
    },
    label: [
      {
        containerEnv: {
          HOST: '${localWorkspaceFolder}',
          WORD: '${localEnv:ORACLE_WORD} ${env:ORACLE_WORD}',
          DEFAULT: '${localEnv:ORACLE_MISSING:none}',
          EMPTY: '<${localEnv:ORACLE_MISSING}>',
          FOLDER_OF_IMAGE: '${containerWorkspaceFolder}/bin',
        },
      },
    ],
    env: { ORACLE_WORD: 'a word' },
  },
  {
    title: 'containerEnv with signs',
    json: {
      containerEnv: { SIGNS: 'a$b "c" \'d\' \\ = # é', LINES: 'a\nb', EMPTY: '', UNKNOWN: '${unknown:X}' },
    },
  },
  {
    title: 'remoteEnv by variable, with null',
    json: { remoteEnv: { B: 'definition', C: null } },
    label: [{ remoteEnv: { A: 'one', B: 'one', C: 'one', D: 'one' } }, { remoteEnv: { D: null } }],
  },
  {
    title: 'remoteEnv with variables of the container',
    json: { remoteEnv: { PATH: '${containerEnv:PATH}:/mine', WORD: '${containerEnv:NOT_THERE:fallback}' } },
    label: [{ remoteEnv: { PATH: '${containerEnv:PATH}:/theirs', GOPATH: '${containerEnv:HOME}/go' } }],
  },
]

const ports: MergeDefinition[] = [
  {
    title: 'ports of all',
    json: { forwardPorts: [3000, 'localhost:3001', 3002] },
    label: [{ forwardPorts: [3000, 4000] }, { forwardPorts: [4000, 'localhost:3002'] }],
  },
  {
    title: 'attributes of ports by port',
    json: { forwardPorts: [3000, 4000], portsAttributes: { 3000: { label: 'Mine' } } },
    label: [
      {
        forwardPorts: [5000],
        portsAttributes: { 3000: { label: 'Theirs', requireLocalPort: true }, 5000: { label: 'Five' } },
      },
    ],
  },
  {
    title: 'attributes that the image gives to a port of the definition',
    json: { forwardPorts: [3000] },
    label: [{ portsAttributes: { 3000: { label: 'Theirs', requireLocalPort: true } } }],
  },
  {
    title: 'attributes that the definition gives to a port of the image',
    json: { portsAttributes: { 3000: { label: 'Mine' } } },
    label: [{ forwardPorts: [3000] }],
    differs: {
      ...ALWAYS,
      'port 3000': { peer: '{"label":"Mine","fixed":false}', ours: '{"fixed":false}', because: 'attributes' },
    },
  },
  {
    title: 'attributes of the image for other ports',
    json: { forwardPorts: [3000] },
    label: [
      { otherPortsAttributes: { label: 'Other' } },
      { otherPortsAttributes: { requireLocalPort: true } },
    ],
  },
  {
    title: 'attributes of the definition for other ports',
    json: { otherPortsAttributes: { label: 'Mine' } },
    label: [{ forwardPorts: [3000], otherPortsAttributes: { label: 'Theirs' } }],
    differs: {
      ...ALWAYS,
      'port 3000': {
        peer: '{"label":"Mine","fixed":false}',
        ours: '{"label":"Theirs","fixed":false}',
        because: 'attributes',
      },
    },
  },
]

const hooks: MergeDefinition[] = [
  {
    title: 'hooks of all, in their order',
    json: hooksOf('the definition'),
    label: [hooksOf('the first'), {}, hooksOf('the second')],
  },
  {
    title: 'hooks in all forms',
    json: { onCreateCommand: ['echo', '$HOME', ''], postStartCommand: { a: 'echo a', b: ['echo', 'b'] } },
    label: [
      { onCreateCommand: { x: 'echo x' }, postStartCommand: ['echo', 'theirs'] },
      { onCreateCommand: 'echo text' },
    ],
  },
  {
    title: 'hooks that ask for nothing',
    json: { onCreateCommand: '', postCreateCommand: [], postStartCommand: {} },
    label: [{ ...hooksOf('the image'), onCreateCommand: '' }],
  },
  {
    title: 'hooks with variables',
    json: {
      postCreateCommand:
        'cd ${containerWorkspaceFolder} && echo ${localEnv:ORACLE_WORD} ${containerEnv:PATH}',
    },
    label: [{ postCreateCommand: ['echo', '${localWorkspaceFolderBasename}', '${devcontainerId}'] }],
    env: { ORACLE_WORD: 'word' },
  },
  {
    title: 'hooks of features between those of the image and of the definition',
    json: { features: { './hooks': {} }, ...hooksOf('the definition') },
    label: [hooksOf('the image')],
    features: ['hooks'],
  },
]

const forms: MergeDefinition[] = [
  { title: 'a definition with an image alone', json: {} },
  {
    title: 'a label that is one object',
    json: { containerEnv: { B: '2' } },
    label: { containerEnv: { A: '1', B: '1' } },
  },
  { title: 'a label without an entry', json: { containerEnv: { A: '1' } }, label: [] },
  {
    title: 'a label with keys that nobody knows',
    json: {},
    label: [{ id: 'some/feature', version: '1', unknown: { a: [1] }, remoteUser: 'dev' }],
  },
  {
    title: 'the label of the image that a Dockerfile begins with',
    json: { build: { dockerfile: 'Dockerfile' }, containerEnv: { B: 'definition' } },
    label: [{ containerEnv: { A: 'image', B: 'image' }, remoteUser: 'dev' }],
    files: { '.devcontainer/Dockerfile': 'FROM IMAGE\nRUN touch /added\n' },
  },
  {
    title: 'the label of the image that a stage in the middle begins with',
    json: { build: { dockerfile: '../Dockerfile', target: 'dev', args: { FROM_ARG: 'base' } } },
    label: [{ remoteUser: 'dev', postStartCommand: 'echo started' }],
    files: {
      Dockerfile:
        'ARG FROM_ARG=other\nFROM IMAGE AS base\nFROM ${FROM_ARG} AS dev\nRUN true\nFROM busybox:1.36 AS last\n',
    },
  },
  {
    title: 'workspaceFolder and workspaceMount',
    json: {
      workspaceMount: 'source=${localWorkspaceFolder}/src,target=/place,type=bind',
      workspaceFolder: '/place/app',
      containerEnv: { HERE: '${containerWorkspaceFolder}', NAME: '${containerWorkspaceFolderBasename}' },
    },
    label: [{ mounts: ['type=volume,source=x,target=${containerWorkspaceFolder}/x'] }],
  },
  {
    title: 'everything at once',
    json: {
      ...hooksOf('the definition'),
      name: 'All',
      init: true,
      privileged: true,
      capAdd: ['SYS_PTRACE'],
      securityOpt: ['seccomp=unconfined'],
      mounts: ['type=tmpfs,target=/scratch'],
      containerEnv: { A: 'a' },
      remoteEnv: { B: 'b' },
      containerUser: 'root',
      remoteUser: 'dev',
      userEnvProbe: 'loginShell',
      overrideCommand: true,
      forwardPorts: [8080],
      portsAttributes: { 8080: { label: 'Web' } },
      otherPortsAttributes: { label: 'Other' },
      features: { './base': {}, './daemon': {} },
    },
    label: [{ ...hooksOf('the image'), containerEnv: { A: 'image', C: 'image' }, forwardPorts: [8080] }],
    features: ['base', 'daemon'],
    differs: WITH_INIT,
  },
]

const tools: MergeDefinition[] = [
  {
    title: 'waitFor',
    json: { waitFor: 'postCreateCommand' },
    label: [{ waitFor: 'onCreateCommand' }],
    differs: { ...ALWAYS, waitFor: { peer: '"postCreateCommand"', because: 'waitFor' } },
  },
  {
    title: 'customizations of the definition',
    json: { customizations: { vscode: { extensions: ['mine'] } } },
    label: [{ customizations: { vscode: { extensions: ['theirs'] } } }],
  },
  {
    title: 'customizations where older files have them',
    json: {
      extensions: ['old'],
      settings: { a: 1, b: 1 },
      customizations: { vscode: { extensions: ['mine'], settings: { b: 2 } } },
    },
  },
  {
    title: 'customizations of image and features',
    json: { features: { './editor': {}, './more': {} } },
    label: [{ customizations: { vscode: { extensions: ['one'] } } }, { customizations: { codespaces: {} } }],
    features: ['editor'],
    files: feature('more', { customizations: { vscode: { settings: { a: 1 } } } }),
  },
  {
    title: 'hostRequirements',
    json: { hostRequirements: { cpus: 2, memory: '8192', gpu: 'optional' } },
    label: [
      { hostRequirements: { cpus: 4, memory: '4096' } },
      { hostRequirements: { cpus: 1, storage: '16384', gpu: false } },
    ],
    differs: {
      ...ALWAYS,
      hostRequirements: {
        peer: '{"cpus":4,"memory":"8192","storage":"16384","gpu":"optional"}',
        ours: '{"cpus":4,"memory":"8192","storage":"16384"}',
        because: 'requirements',
      },
    },
  },
  {
    title: 'hostRequirements of one alone',
    json: {},
    label: [{ hostRequirements: { cpus: 2 } }, { hostRequirements: { memory: '4096' } }],
  },
  {
    title: 'hostRequirements with units',
    json: { hostRequirements: { memory: '8gb' } },
    label: [{ hostRequirements: { cpus: 4, memory: '512mb' } }],
    differs: {
      ...ALWAYS,
      hostRequirements: {
        peer: '{"cpus":4,"memory":"8589934592"}',
        ours: '{"cpus":4,"memory":"8000000000"}',
        because: 'requirements',
      },
    },
  },
  {
    title: 'shutdownAction',
    json: { shutdownAction: 'none' },
    label: [{ shutdownAction: 'stopContainer' }],
  },
  {
    title: 'updateRemoteUserUID',
    json: {},
    label: [{ updateRemoteUserUID: true }, { updateRemoteUserUID: false }],
  },
]

const options: MergeDefinition[] = [
  { title: 'no option chosen', json: { features: { './toolbox': {} } }, features: ['toolbox', 'base'] },
  {
    title: 'the version as a text',
    json: { features: { './toolbox': '1.0' } },
    features: ['toolbox', 'base'],
  },
  {
    title: 'the version "latest" as a text',
    json: { features: { './toolbox': 'latest' } },
    features: ['toolbox', 'base'],
  },
  {
    title: 'a text for a feature without a version',
    json: { features: { './renamed': '2' } },
    features: ['renamed'],
    differs: { ...ALWAYS, 'feature 1 option VERSION': { ours: '2', because: 'options' } },
  },
  {
    title: 'true for a feature without a version',
    json: { features: { './renamed': true } },
    features: ['renamed'],
  },
  {
    title: 'options of all kinds',
    json: {
      features: {
        './toolbox': {
          version: 'lts',
          channel: 'edge',
          'with-docs': true,
          '2nd.option': 'two words',
          minimal: false,
        },
      },
    },
    features: ['toolbox', 'base'],
  },
  {
    title: 'a truth as a text, and a number as a text',
    json: { features: { './toolbox': { 'with-docs': 'true', version: '20' } } },
    features: ['toolbox', 'base'],
  },
  {
    title: 'an option that the feature does not have',
    json: { features: { './renamed': { undeclared: 'x', 'un-declared.2': true } } },
    features: ['renamed'],
  },
  {
    title: 'options without a default',
    json: { features: { './open': { given: '' } } },
    files: feature('open', {
      options: { word: { type: 'string' }, flag: { type: 'boolean' }, given: { type: 'string' } },
    }),
  },
  {
    title: 'names of options with signs, digits and other letters',
    json: { features: { './signs': { '1st': 'a', __under: 'b', 'a b-c.d': 'c', ünder: 'd', '9_9x': 'e' } } },
    files: feature('signs', {}),
  },
]

const order: MergeDefinition[] = [
  {
    title: 'features by their names',
    json: { features: { './renamed': {}, './editor': {}, './base': {}, './hooks': {}, './account': {} } },
    features: ['renamed', 'editor', 'base', 'hooks', 'account'],
  },
  {
    title: 'installsAfter of what is there',
    json: { features: { './daemon': {}, './toolbox': {}, './account': {} } },
    features: ['daemon', 'toolbox', 'account', 'base'],
    differs: WITH_INIT,
  },
  {
    title: 'installsAfter of what is not there',
    json: { features: { './daemon': {}, './base': {} } },
    features: ['daemon', 'base', 'account', 'toolbox'],
    differs: WITH_INIT,
  },
  {
    title: 'dependsOn over two steps',
    json: { features: { './suite': {} } },
    features: ['suite', 'toolbox', 'hooks', 'base', 'daemon', 'editor'],
  },
  {
    title: 'dependsOn of one that is chosen with the same options',
    json: { features: { './suite': {}, './toolbox': { channel: 'edge', 'with-docs': true }, './base': {} } },
    features: ['suite', 'toolbox', 'hooks', 'base', 'daemon', 'editor'],
  },
  {
    title: 'dependsOn of one that is chosen with other options',
    json: { features: { './suite': {}, './toolbox': { channel: 'stable' } } },
    features: ['suite', 'toolbox', 'hooks', 'base', 'daemon', 'editor'],
    differs: {
      ...ALWAYS,
      'feature 3 option CHANNEL': { peer: 'stable', ours: 'edge', because: 'twice' },
      'feature 3 option WITH_DOCS': { peer: 'false', ours: 'true', because: 'twice' },
      'feature 4 option CHANNEL': { peer: 'edge', ours: 'stable', because: 'twice' },
      'feature 4 option WITH_DOCS': { peer: 'true', ours: 'false', because: 'twice' },
    },
  },
  {
    title: 'overrideFeatureInstallOrder',
    json: {
      features: { './account': {}, './base': {}, './renamed': {} },
      overrideFeatureInstallOrder: ['./renamed', './base'],
    },
    features: ['account', 'base', 'renamed'],
  },
  {
    title: 'overrideFeatureInstallOrder against dependsOn',
    json: {
      features: { './toolbox': {}, './account': {} },
      overrideFeatureInstallOrder: ['./toolbox', './account'],
    },
    features: ['toolbox', 'account', 'base'],
  },
  {
    title: 'overrideFeatureInstallOrder against installsAfter',
    json: { features: { './daemon': {}, './account': {} }, overrideFeatureInstallOrder: ['./daemon'] },
    features: ['daemon', 'account', 'toolbox', 'base'],
    differs: WITH_INIT,
  },
  {
    title: 'a diamond of features',
    json: { features: { './top': {} } },
    files: {
      ...feature('top', { dependsOn: { './right': {}, './left': {} } }),
      ...feature('left', { dependsOn: { './deep/bottom': { word: 'same' } } }),
      ...feature('right', { dependsOn: { './deep/bottom': { word: 'same' } } }),
      ...feature('deep/bottom', { id: 'bottom', options: { word: { type: 'string', default: '' } } }),
    },
  },
  {
    title: 'one feature twice, with other options',
    json: { features: { './left': {}, './right': {} } },
    files: {
      ...feature('left', { dependsOn: { './bottom': { word: 'b', more: true } } }),
      ...feature('right', { dependsOn: { './bottom': { word: 'a' } } }),
      ...feature('bottom', {
        options: { word: { type: 'string', default: '' }, more: { type: 'boolean', default: false } },
      }),
    },
    differs: {
      ...ALWAYS,
      'feature 1 option WORD': { peer: 'a', ours: 'b', because: 'twice' },
      'feature 1 option MORE': { peer: 'false', ours: 'true', because: 'twice' },
      'feature 2 option WORD': { peer: 'b', ours: 'a', because: 'twice' },
      'feature 2 option MORE': { peer: 'true', ours: 'false', because: 'twice' },
    },
  },
  {
    title: 'installsAfter of a feature that another one needs',
    json: { features: { './a': {}, './z': {} } },
    files: {
      ...feature('a', { installsAfter: ['./m'] }),
      ...feature('z', { dependsOn: { './m': {} } }),
      ...feature('m', {}),
    },
  },
]

const contributions: MergeDefinition[] = [
  { title: 'what a feature sets in the image', json: { features: { './base': {} } }, features: ['base'] },
  {
    title: 'a variable that feature, image and definition set',
    json: { features: { './sets': {} }, containerEnv: { WORD: 'definition' } },
    label: [{ containerEnv: { WORD: 'image', OTHER: 'image' } }],
    files: feature('sets', { containerEnv: { WORD: 'feature', NAME: '${HOME}/x' } }),
  },
  {
    title: 'entry points of features after that of the image',
    json: { features: { './a': {}, './b': {}, './c': {} } },
    label: [{ entrypoint: '/of-image' }],
    files: {
      ...feature('a', { entrypoint: '/a' }),
      ...feature('b', {}),
      ...feature('c', { entrypoint: '/c' }),
    },
  },
  {
    title: 'mounts of features, and one over them',
    json: { features: { './daemon': {} }, mounts: ['type=tmpfs,target=/var/lib/daemon'] },
    label: [{ mounts: ['type=volume,source=x,target=/run/daemon'] }],
    features: ['daemon', 'account', 'toolbox', 'base'],
    differs: WITH_INIT,
  },
  {
    title: 'init, privileges and capabilities of a feature',
    json: { features: { './daemon': {}, './strong': {} }, init: false, capAdd: ['NET_ADMIN'] },
    features: ['daemon', 'account', 'toolbox', 'base'],
    files: feature('strong', {
      privileged: true,
      capAdd: ['SYS_TIME', 'SYS_PTRACE'],
      securityOpt: ['label=disable'],
    }),
    differs: WITH_INIT,
  },
  {
    title: 'what a feature may not say of the container',
    json: { features: { './says': {} } },
    files: feature('says', {
      remoteUser: 'dev',
      containerUser: 'dev',
      remoteEnv: { A: 'a' },
      forwardPorts: [3000],
      overrideCommand: false,
      userEnvProbe: 'none',
      waitFor: 'postCreateCommand',
      workspaceFolder: '/elsewhere',
    }),
  },
  { title: 'customizations of features', json: { features: { './editor': {} } }, features: ['editor'] },
  {
    title: 'hooks of features in the order of their installation',
    json: { features: { './a': {}, './b': {} } },
    files: {
      ...feature('a', { ...hooksOf('a'), installsAfter: ['./b'] }),
      ...feature('b', { ...hooksOf('b'), postCreateCommand: { x: 'echo x', y: ['echo', 'y'] } }),
    },
  },
  {
    title: 'a renamed and deprecated feature',
    json: { features: { './renamed': { word: 'given' } } },
    features: ['renamed'],
  },
  {
    title: 'variables in what a feature asks for',
    json: { features: { './asks': {} } },
    files: feature('asks', {
      mounts: ['type=volume,source=${localWorkspaceFolderBasename}-${devcontainerId},target=/x'],
      postStartCommand: 'echo ${containerWorkspaceFolder} ${localEnv:ORACLE_WORD}',
      entrypoint: '/start ${devcontainerId}',
    }),
    env: { ORACLE_WORD: 'word' },
  },
  {
    title: 'features on a Dockerfile with a label',
    json: {
      build: { dockerfile: 'Dockerfile' },
      features: { './editor': {}, './hooks': {} },
      ...hooksOf('me'),
    },
    label: [{ ...hooksOf('the image'), remoteUser: 'dev' }],
    features: ['editor', 'hooks'],
    files: { '.devcontainer/Dockerfile': 'FROM IMAGE\n' },
  },
]

const of = (name: string): string => `${PUBLISHED_FEATURES}/${name}`

/** Features of a registry. */
const published: MergeDefinition[] = [
  { title: 'features that a published one needs', json: { features: { [of('suite')]: {} } } },
  {
    title: 'published features by tags of one, two and three parts',
    json: {
      features: { [of('base:1')]: {}, [of('toolbox:2.0')]: { channel: 'edge' }, [of('renamed:3.1.4')]: {} },
    },
  },
  { title: 'a published feature by its digest', json: { features: { [of('base@DIGEST')]: {} } } },
  { title: 'a published feature by "latest"', json: { features: { [of('editor:latest')]: {} } } },
  { title: 'a published feature in capitals', json: { features: { [of('BASE:1')]: {} } } },
  { title: 'the version of a published feature as a text', json: { features: { [of('toolbox:2')]: '1.0' } } },
  {
    title: 'one published feature by two tags',
    json: { features: { [of('base:1')]: {}, [of('base:1.2')]: {}, [of('base')]: {} } },
  },
  {
    title: 'one published feature by a tag and by its digest',
    json: { features: { [of('toolbox@DIGEST')]: {}, [of('toolbox:2')]: { channel: 'edge' } } },
    differs: {
      ...ALWAYS,
      'feature 2 option CHANNEL': { peer: 'stable', ours: 'edge', because: 'twice' },
      'feature 3 option CHANNEL': { peer: 'edge', ours: 'stable', because: 'twice' },
    },
  },
  {
    title: 'a published feature that another one needs, with the same options',
    json: { features: { [of('suite:1')]: {}, [of('toolbox:2')]: { channel: 'edge', 'with-docs': true } } },
  },
  {
    title: 'installsAfter without a version, of features with one',
    json: { features: { [of('daemon:0')]: {}, [of('account:1.1')]: {}, [of('toolbox:2.0.1')]: {} } },
    differs: WITH_INIT,
  },
  {
    title: 'overrideFeatureInstallOrder of published features',
    json: {
      features: { [of('account:1')]: {}, [of('base:1')]: {}, [of('renamed')]: {}, [of('editor')]: {} },
      overrideFeatureInstallOrder: [of('renamed'), of('base')],
    },
  },
  {
    title: 'overrideFeatureInstallOrder by an older name',
    json: {
      features: { [of('account:1')]: {}, [of('renamed:3')]: {} },
      overrideFeatureInstallOrder: [of('old-name')],
    },
    differs: {
      ...ALWAYS,
      'feature 1': { peer: 'account', ours: 'renamed', because: 'older' },
      'feature 1 option USERNAME': { peer: 'dev', because: 'older' },
      'feature 1 option NUMBER': { peer: '4242', because: 'older' },
      'feature 1 option WORD': { ours: 'a word', because: 'older' },
      'feature 2': { peer: 'renamed', ours: 'account', because: 'older' },
      'feature 2 option USERNAME': { ours: 'dev', because: 'older' },
      'feature 2 option NUMBER': { ours: '4242', because: 'older' },
      'feature 2 option WORD': { peer: 'a word', because: 'older' },
    },
  },
  {
    title: 'installsAfter by an older name',
    json: { features: { './first': {}, [of('renamed:3')]: {} } },
    files: feature('first', { installsAfter: [of('older-name')] }),
  },
  {
    title: 'a feature of the project that needs a published one',
    json: { features: { './mine': {} }, ...hooksOf('the definition') },
    files: feature('mine', { dependsOn: { [of('hooks:1')]: {}, [of('toolbox:2')]: { minimal: false } } }),
  },
  {
    title: 'features of the project beside published ones',
    json: { features: { './a': {}, './z': {}, [of('editor')]: {}, [of('hooks')]: {} } },
    files: { ...feature('a', {}), ...feature('z', {}) },
  },
  {
    title: 'all that published features bring, on an image with a label',
    json: {
      features: { [of('daemon')]: {}, [of('editor')]: {}, [of('hooks')]: {}, [of('base')]: {} },
      ...hooksOf('the definition'),
      mounts: ['type=tmpfs,target=/run/daemon'],
    },
    label: [{ ...hooksOf('the image'), entrypoint: '/of-image', remoteUser: 'dev' }],
    differs: WITH_INIT,
  },
]

export const MERGE_DEFINITIONS: MergeDefinition[] = [
  ...booleans,
  ...lists,
  ...mounts,
  ...users,
  ...variables,
  ...ports,
  ...hooks,
  ...forms,
  ...tools,
  ...options,
  ...order,
  ...contributions,
  ...published,
]
