// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this

import { localFeatureFixtures } from '../../rig/feature-fixtures.ts'
import { devcontainer } from '../test-project.ts'
import { ALWAYS, type Differences } from './differences.ts'

/** A project to be brought up by both tools. */
export interface OracleDefinition {
  title: string
  /** The project's files, by path. */
  files: Record<string, string>
  /** The project's folder's name. */
  folder?: string
  /** Makes `folder` a git repository and opens this folder of it. */
  within?: string
  env?: Record<string, string>
  /** Files inside the container whose content counts. */
  look?: string[]
  labels?: string[]
  /** An image that has to be in the registry. */
  publishes?: { reference: string; dockerfile: string }
  /** Facts in which the two differ on purpose; `ALWAYS` if not given. */
  differs?: Differences
}

/** A user with an id that no host user is likely to have, on a Debian with bash. */
const WITH_USER = `FROM debian:bookworm-slim
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RUN useradd --create-home --uid 4242 --shell /bin/bash dev && useradd --create-home --uid 4343 --shell /bin/bash other
`

/** An image whose program notes how it was started. */
const WITH_PROGRAM = `FROM busybox:1.36
RUN printf '#!/bin/sh\\necho "entry $* $WORD $(id -un) $PWD" > /tmp/program\\nexec "$@"\\n' > /entry && chmod +x /entry
WORKDIR /srv
ENTRYPOINT ["/entry"]
CMD ["sh", "-c", "echo command >> /tmp/program; trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"]
`

const DOCKERFILE = { build: { dockerfile: 'Dockerfile' } }

/** What an image says of how it wants to be run: a feature's part first, then its own. */
const METADATA = JSON.stringify([
  {
    id: 'some-feature',
    remoteUser: 'other',
    containerEnv: { FROM_FEATURE: 'feature', BOTH: 'feature', ALL: 'feature' },
    remoteEnv: { REMOTE_BOTH: 'feature' },
    mounts: [{ type: 'tmpfs', target: '/by-feature' }, 'type=tmpfs,target=/by-both'],
    onCreateCommand: 'echo onCreate of the feature >> /tmp/hooks',
    postStartCommand: { a: 'echo postStart of the feature >> /tmp/hooks' },
  },
  {
    remoteUser: 'dev',
    containerEnv: { FROM_IMAGE: '${containerWorkspaceFolder}', BOTH: 'image', ALL: 'image' },
    remoteEnv: { REMOTE_BOTH: 'image', PATH: '${containerEnv:PATH}:/by/image' },
    mounts: ['source=${localWorkspaceFolder}/data,target=/by-image,type=bind,readonly'],
    userEnvProbe: 'loginShell',
    onCreateCommand: ['sh', '-c', 'echo onCreate of the image >> /tmp/hooks'],
    updateContentCommand: 'echo updateContent of the image >> /tmp/hooks',
    postCreateCommand: 'echo "postCreate of the image $(id -un) $ALL" >> /tmp/hooks',
    postAttachCommand: 'echo postAttach of the image >> /tmp/hooks',
  },
])

/** A name of this process's own, so that two runs on one engine do not meet. */
const PUBLISHED = `oracle/metadata-${process.pid}`

const METADATA_LABEL = `LABEL devcontainer.metadata='${METADATA}'\n`

/** A hook that notes its turn in the container, with who ran it and where. */
const note = (hook: string): string => `echo "${hook} $(id -un) $PWD $WORD" >> /tmp/hooks`

export const DEFINITIONS: OracleDefinition[] = [
  {
    title: 'an image',
    files: { ...devcontainer({ image: 'busybox:1.36' }), 'readme.txt': 'hello\n' },
  },
  {
    title: 'a name with spaces, comments and trailing commas',
    folder: 'My Project (1)',
    files: {
      '.devcontainer.json': `{
  // the name has spaces
  "name": "My project, no. 1", /* and a comma */
  "image": "busybox:1.36",
  "containerEnv": { "URL": "https://example.org/a//b", },
}
`,
    },
    differs: {
      ...ALWAYS,
      workspace: { peer: '.devcontainer.json', ours: '.devcontainer.json\npristine.lock', because: 'lock' },
    },
  },
  {
    title: 'a Dockerfile with a context, arguments and a target',
    files: {
      ...devcontainer({
        build: {
          dockerfile: 'Dockerfile',
          context: '..',
          target: 'tools',
          args: { GREETING: 'hello there', WHO: '${localEnv:ORACLE_WHO}', NOTHING: '' },
        },
      }),
      '.devcontainer/Dockerfile': `ARG BASE=busybox:1.36
FROM \${BASE} AS base
ARG GREETING=unset
ARG WHO
RUN echo "$GREETING, $WHO" > /greeting
FROM base AS tools
ARG NOTHING=default
COPY data/ /opt/data/
ENV TOOL_HOME=/opt/data NOTHING="<\${NOTHING}>"
WORKDIR /opt
FROM base AS later
RUN touch /later
LABEL dev.pristine.test=oracle
`,
      'data/a.txt': 'a\n',
      'data/sub/b.txt': 'b\n',
      'other.txt': 'not copied\n',
    },
    env: { ORACLE_WHO: 'world' },
    look: ['/greeting', '/opt/data/a.txt', '/opt/data/sub/b.txt'],
  },
  {
    title: 'the older keys of a Dockerfile and its context',
    files: {
      ...devcontainer({ dockerFile: '../Dockerfile', context: '../part' }),
      Dockerfile: 'FROM busybox:1.36\nCOPY a.txt /a.txt\n',
      'part/a.txt': 'a\n',
    },
    look: ['/a.txt'],
  },
  {
    title: 'containerUser alone',
    files: {
      ...devcontainer({ ...DOCKERFILE, containerUser: 'dev', postCreateCommand: note('postCreate') }),
      '.devcontainer/Dockerfile': WITH_USER,
    },
    look: ['/tmp/hooks'],
  },
  {
    title: 'remoteUser alone',
    files: {
      ...devcontainer({ ...DOCKERFILE, remoteUser: 'dev', postCreateCommand: note('postCreate') }),
      '.devcontainer/Dockerfile': WITH_USER,
    },
    look: ['/tmp/hooks'],
  },
  {
    title: 'containerUser and remoteUser, over the USER of the image',
    files: {
      ...devcontainer({
        ...DOCKERFILE,
        containerUser: 'other',
        remoteUser: 'dev',
        onCreateCommand: note('onCreate'),
        postStartCommand: note('postStart'),
      }),
      '.devcontainer/Dockerfile': `${WITH_USER}USER dev\n`,
    },
    look: ['/tmp/hooks'],
  },
  {
    title: 'the USER of the image',
    files: {
      ...devcontainer({ ...DOCKERFILE, onCreateCommand: note('onCreate') }),
      '.devcontainer/Dockerfile': `${WITH_USER}USER dev\nENV PATH=/opt/bin:$PATH:/opt/sbin\n`,
    },
    look: ['/tmp/hooks'],
  },
  {
    title: 'users by number, without a shell',
    files: {
      ...devcontainer({
        ...DOCKERFILE,
        containerUser: '4242:4343',
        remoteUser: 'www-data',
        postCreateCommand: note('postCreate'),
      }),
      '.devcontainer/Dockerfile': WITH_USER,
    },
    look: ['/tmp/hooks'],
    differs: {
      ...ALWAYS,
      // The peer notes in the user's home which hooks ran, and runs none where it cannot.
      'file /tmp/hooks': {
        peer: 'cat: /tmp/hooks: No such file or directory',
        ours: 'postCreate www-data /workspaces/project',
        because: 'untouched',
      },
    },
  },
  {
    title: 'containerEnv and remoteEnv with variables',
    files: devcontainer({
      image: 'busybox:1.36',
      containerEnv: {
        PLAIN: 'one two',
        FROM_HOST: '${localEnv:ORACLE_WORD}',
        MISSING: 'x${localEnv:ORACLE_MISSING}x',
        DEFAULTED: '${localEnv:ORACLE_MISSING:a:b}',
        HOST_FOLDER: '${localWorkspaceFolder}',
        HOST_NAME: '${localWorkspaceFolderBasename}',
        FOLDER: '${containerWorkspaceFolder}',
        FOLDER_NAME: '${containerWorkspaceFolderBasename}',
        IDENTITY: 'id-${devcontainerId}',
        SIGNS: 'a$b "c" \'d\' \\ = # é',
        EMPTY: '',
        LINES: 'a\nb',
        UNSET: 'not unset',
      },
      remoteEnv: {
        PATH: '${containerEnv:PATH}:/custom/bin',
        REMOTE: '${containerEnv:PLAIN} ${localEnv:ORACLE_WORD}',
        FALLBACK: '${containerEnv:NOT_THERE:fallback}',
        PLAIN_AGAIN: '${containerEnv:FROM_HOST}',
        REMOTE_FOLDER: '${containerWorkspaceFolder}/bin',
        UNKNOWN: '${unknown:THING}',
        UNSET: null,
        SHELL_LIKE: '$HOME ${HOME} `id`',
      },
      onCreateCommand: 'echo "$REMOTE|$PATH|$FOLDER|$PLAIN_AGAIN|$SHELL_LIKE" > /tmp/hooks',
      postCreateCommand: 'echo "$REMOTE|$PATH|$FOLDER|$PLAIN_AGAIN|$SHELL_LIKE" >> /tmp/hooks',
    }),
    env: { ORACLE_WORD: 'said here' },
    look: ['/tmp/hooks'],
    differs: {
      ...ALWAYS,
      'container env DEFAULTED': { peer: 'a', ours: 'a:b', because: 'colons' },
      'env DEFAULTED': { peer: 'a', ours: 'a:b', because: 'colons' },
      'env UNSET': { peer: 'null', because: 'unset' },
    },
  },
  {
    title: 'mounts: a subfolder, volumes, tmpfs',
    files: {
      ...devcontainer({
        image: 'busybox:1.36',
        mounts: [
          'type=bind,source=${localWorkspaceFolder}/data,target=/data',
          'source=${localWorkspaceFolder}/data,target=/data-ro,type=bind,readonly',
          { type: 'volume', source: 'oracle-cache-${devcontainerId}', target: '/cache' },
          'source=oracle-${devcontainerId},target=${containerWorkspaceFolder}/kept,type=volume',
          'type=tmpfs,target=/scratch',
        ],
        runArgs: ['--tmpfs', '/run/more', '-v', 'oracle-more-${devcontainerId}:/more:ro'],
      }),
      'data/a.txt': 'a\n',
      'kept/readme': 'covered\n',
    },
    look: ['/data/a.txt', '/data-ro/a.txt'],
    differs: {
      ...ALWAYS,
      'mount /cache': {
        peer: 'volume rw oracle-cache-<devcontainerId>',
        ours: 'volume rw pristine-<key>-oracle-cache-<devcontainerId>',
        because: 'volumes',
      },
      'mount /more': {
        peer: 'volume ro oracle-more-<devcontainerId>',
        ours: 'volume ro pristine-<key>-oracle-more-<devcontainerId>',
        because: 'volumes',
      },
      'mount /workspaces/project/kept': {
        peer: 'volume rw oracle-<devcontainerId>',
        ours: 'volume rw pristine-<key>-oracle-<devcontainerId>',
        because: 'volumes',
      },
    },
  },
  {
    title: 'a volume that a hook fills',
    files: devcontainer({
      image: 'busybox:1.36',
      mounts: ['source=oracle-filled-${devcontainerId},target=/filled,type=volume'],
      onCreateCommand: 'echo by onCreate > /filled/a',
      updateContentCommand: 'cat /filled/a > /filled/b',
      postCreateCommand: 'cat /filled/a /filled/b > /filled/c',
    }),
    look: ['/filled/a', '/filled/b', '/filled/c'],
    differs: {
      ...ALWAYS,
      'mount /filled': {
        peer: 'volume rw oracle-filled-<devcontainerId>',
        ours: 'volume rw pristine-<key>-oracle-filled-<devcontainerId>',
        because: 'volumes',
      },
    },
  },
  {
    title: 'workspaceFolder with workspaceMount',
    files: {
      ...devcontainer({
        image: 'busybox:1.36',
        workspaceMount: 'source=${localWorkspaceFolder}/src,target=/place,type=bind,consistency=cached',
        workspaceFolder: '/place/app',
        containerEnv: { HERE: '${containerWorkspaceFolder}', NAME: '${containerWorkspaceFolderBasename}' },
        postCreateCommand: 'pwd > made-here',
      }),
      'src/app/main.txt': 'main\n',
    },
    look: ['/place/app/made-here'],
  },
  {
    title: 'the workspace in a volume',
    files: devcontainer({
      image: 'busybox:1.36',
      workspaceMount: 'source=oracle-source-${localEnv:ORACLE_RUN},target=/place,type=volume',
      workspaceFolder: '/place',
      postCreateCommand: 'echo made > made-here',
    }),
    // The peer knows no ${devcontainerId} here.
    env: { ORACLE_RUN: String(process.pid) },
    look: ['/place/made-here'],
    differs: {
      ...ALWAYS,
      'mount /place': {
        peer: `volume rw oracle-source-${process.pid}`,
        ours: `volume rw pristine-<key>-oracle-source-${process.pid}`,
        because: 'volumes',
      },
    },
  },
  {
    title: 'workspaceFolder alone',
    files: devcontainer({ image: 'busybox:1.36', workspaceFolder: '/workspaces' }),
  },
  {
    title: 'no mount of the workspace',
    files: {
      ...devcontainer({
        ...DOCKERFILE,
        workspaceMount: '',
        workspaceFolder: '/srv/app',
        postCreateCommand: 'pwd > made',
      }),
      '.devcontainer/Dockerfile': 'FROM busybox:1.36\nWORKDIR /srv/app\nRUN echo inside > file\n',
    },
    look: ['/srv/app/made'],
  },
  {
    title: 'overrideCommand false with a program of the image',
    files: {
      ...devcontainer({ ...DOCKERFILE, overrideCommand: false, containerEnv: { WORD: 'given' } }),
      '.devcontainer/Dockerfile': WITH_PROGRAM,
    },
    look: ['/tmp/program'],
  },
  {
    title: 'a program of the image that is not asked for',
    files: { ...devcontainer(DOCKERFILE), '.devcontainer/Dockerfile': WITH_PROGRAM },
    look: ['/tmp/program'],
  },
  {
    title: 'overrideCommand false with an image that has no program',
    files: {
      ...devcontainer({ ...DOCKERFILE, overrideCommand: false }),
      '.devcontainer/Dockerfile': 'FROM busybox:1.36\nENTRYPOINT []\nCMD []\n',
    },
  },
  {
    title: 'hooks as strings',
    files: devcontainer({
      image: 'busybox:1.36',
      remoteEnv: { WORD: 'heard' },
      onCreateCommand: note('onCreate'),
      updateContentCommand: `cd /tmp && ${note('updateContent')}`,
      postCreateCommand: `${note('postCreate')}; echo in the workspace > noted`,
      postStartCommand: note('postStart'),
      postAttachCommand: note('postAttach'),
    }),
    look: ['/tmp/hooks', 'noted'],
  },
  {
    title: 'hooks as lists',
    files: {
      ...devcontainer({
        image: 'busybox:1.36',
        onCreateCommand: ['sh', 'note.sh', 'onCreate', '$HOME', 'two words'],
        updateContentCommand: ['sh', 'note.sh', 'updateContent', ''],
        postCreateCommand: ['sh', 'note.sh', 'postCreate', '${containerWorkspaceFolder}'],
        postStartCommand: ['sh', 'note.sh', 'postStart', '${localWorkspaceFolderBasename}'],
        postAttachCommand: ['sh', 'note.sh', 'postAttach', '*'],
      }),
      'note.sh': 'for word; do printf "<%s>" "$word"; done >> /tmp/hooks; echo >> /tmp/hooks\n',
    },
    look: ['/tmp/hooks'],
  },
  {
    title: 'hooks as objects',
    files: devcontainer({
      image: 'busybox:1.36',
      onCreateCommand: { a: 'echo onCreate > /tmp/hooks-a', b: ['cp', '/etc/hostname', '/tmp/hooks-b'] },
      updateContentCommand: {
        a: 'echo updateContent >> /tmp/hooks-a',
        b: 'echo updateContent > /tmp/hooks-b',
      },
      postCreateCommand: { a: 'echo postCreate >> /tmp/hooks-a', b: ['touch', '/tmp/hooks-c'] },
      postStartCommand: { a: 'echo postStart >> /tmp/hooks-a', b: 'echo postStart >> /tmp/hooks-b' },
      postAttachCommand: { 'with a name': 'echo postAttach >> /tmp/hooks-a' },
    }),
    look: ['/tmp/hooks-a', '/tmp/hooks-b', '/tmp/hooks-c'],
  },
  ...(['loginInteractiveShell', 'loginShell', 'interactiveShell', 'none'] as const).map((userEnvProbe) => ({
    title: `userEnvProbe ${userEnvProbe} with start-up files`,
    files: {
      ...devcontainer({
        ...DOCKERFILE,
        remoteUser: 'dev',
        userEnvProbe,
        containerEnv: { SET_TWICE: 'by the container' },
        remoteEnv: { GOPATH: '${containerEnv:HOME}/go', PROFILE_WORD: '${containerEnv:PROFILE_WORD}' },
        postCreateCommand: 'echo "$PATH|$RC_WORD|$SET_TWICE" > /tmp/hooks',
      }),
      '.devcontainer/Dockerfile': `${WITH_USER}ENV PATH=/opt/image/bin:$PATH:/opt/sbin
RUN printf 'export PATH="$HOME/.local/bin:$PATH" SET_TWICE="by the profile"\\nexport LINES_OF="a\\nb"\\n. ~/.bashrc\\n' > /home/dev/.profile \\
 && printf 'export RC_WORD="rc word" PATH="$PATH:/opt/rc/bin"\\necho noise\\n' > /home/dev/.bashrc
`,
    },
    look: ['/tmp/hooks'],
  })),
  {
    title: 'start-up files that a hook changes',
    files: {
      ...devcontainer({
        ...DOCKERFILE,
        remoteUser: 'dev',
        onCreateCommand: 'echo export BY_ON_CREATE=1 >> ~/.profile',
        postCreateCommand: 'echo export BY_POST_CREATE=1 >> ~/.profile; env | grep BY_ | sort > /tmp/hooks',
        postStartCommand: 'echo export BY_POST_START=1 >> ~/.profile',
      }),
      '.devcontainer/Dockerfile': WITH_USER,
    },
    look: ['/tmp/hooks'],
    differs: { ...ALWAYS, 'file /tmp/hooks': { peer: '', ours: 'BY_ON_CREATE=1', because: 'baked' } },
  },
  {
    title: 'a subfolder of a git repository',
    folder: 'mono',
    within: 'packages/web',
    files: {
      'readme.txt': 'the root\n',
      'packages/web/.devcontainer/devcontainer.json': JSON.stringify({
        image: 'busybox:1.36',
        containerEnv: { HERE: '${containerWorkspaceFolder}', HOST: '${localWorkspaceFolder}' },
        postCreateCommand: 'cat ../../readme.txt > /tmp/hooks; pwd >> /tmp/hooks',
      }),
      'packages/web/index.txt': 'web\n',
    },
    look: ['/tmp/hooks'],
  },
  {
    title: 'runArgs',
    files: devcontainer({
      image: 'busybox:1.36',
      runArgs: [
        '--hostname=oracle-host',
        '--env',
        'RUN_WORD=from runArgs',
        '-e',
        'ORACLE_PASSED',
        '--add-host',
        'db.internal:10.9.8.7',
        '--shm-size=96m',
        '--label',
        'org.example.team=a team',
        '-l=org.example.bare',
        '--memory=256m',
        '--cpus',
        '0.5',
        '--ulimit',
        'nofile=1024:1024',
        '--cap-drop=MKNOD',
        '--init',
      ],
      onCreateCommand:
        'hostname > /tmp/hooks; grep db.internal /etc/hosts >> /tmp/hooks; ulimit -n >> /tmp/hooks',
    }),
    env: { ORACLE_PASSED: 'passed on' },
    look: ['/tmp/hooks'],
    labels: ['org.example.team', 'org.example.bare'],
    differs: {},
  },
  {
    title: 'runArgs with a user',
    files: {
      ...devcontainer({
        ...DOCKERFILE,
        containerUser: 'dev',
        runArgs: ['--user', 'other'],
        onCreateCommand: note('onCreate'),
      }),
      '.devcontainer/Dockerfile': WITH_USER,
    },
    look: ['/tmp/hooks'],
  },
  {
    title: 'ports',
    files: devcontainer({ image: 'busybox:1.36', forwardPorts: [4321], runArgs: ['-p', '4322'] }),
    differs: {
      ...ALWAYS,
      ports: { peer: '0.0.0.0 4322/tcp', ours: '127.0.0.1 4321/tcp 127.0.0.1 4322/tcp', because: 'ports' },
    },
  },
  {
    title: 'features with options, what they depend on, their variables, hooks and users',
    files: {
      ...devcontainer({
        ...DOCKERFILE,
        features: { './suite': {}, './account': { username: 'ada', number: '4343' }, './told': true },
        remoteUser: 'ada',
        postCreateCommand: note('postCreate'),
      }),
      '.devcontainer/Dockerfile': 'FROM busybox:1.36\nUSER root\nLABEL dev.pristine.test=oracle\n',
      ...(await localFeatureFixtures(['suite', 'toolbox', 'base', 'hooks', 'account'])),
      '.devcontainer/told/devcontainer-feature.json': JSON.stringify({
        id: 'told',
        version: '1.0.0',
        options: { word: { type: 'string', default: 'a word' } },
        installsAfter: ['./account'],
      }),
      '.devcontainer/told/install.sh': `#!/bin/sh
echo "$_CONTAINER_USER $_CONTAINER_USER_HOME $_REMOTE_USER $_REMOTE_USER_HOME $WORD $(id -un) $BASE_WORDS" >/told
`,
    },
    look: ['/toolbox', '/installed', '/told', '/tmp/hooks', '/etc/passwd'],
    differs: {
      ...ALWAYS,
      'file /told': {
        peer: 'root /root ada  a word root two words, "quoted"',
        ours: 'root /root ada /home/ada a word root two words, "quoted"',
        because: 'homes',
      },
    },
  },
  {
    title: 'a feature with an entry point, mounts and privileges, before the program of the image',
    files: {
      ...devcontainer({ ...DOCKERFILE, overrideCommand: false, features: { './daemon': {} } }),
      '.devcontainer/Dockerfile': `${WITH_PROGRAM}USER root\nLABEL dev.pristine.test=oracle\n`,
      ...(await localFeatureFixtures(['daemon', 'account', 'toolbox', 'base'])),
    },
    look: ['/tmp/daemon', '/tmp/program', '/installed'],
    differs: {
      'mount /var/lib/daemon': {
        peer: 'volume rw daemon-data-<devcontainerId>',
        ours: 'volume rw pristine-<key>-daemon-data-<devcontainerId>',
        because: 'volumes',
      },
    },
  },
  {
    title: 'the metadata of the image that a Dockerfile begins with',
    publishes: { reference: `${PUBLISHED}:2`, dockerfile: `${WITH_USER}${METADATA_LABEL}` },
    files: {
      ...devcontainer({
        ...DOCKERFILE,
        containerEnv: { ALL: 'definition' },
        postCreateCommand: note('postCreate'),
      }),
      '.devcontainer/Dockerfile': `FROM ${PUBLISHED}:2\nRUN touch /added\n`,
      'data/a.txt': 'a\n',
    },
    look: ['/tmp/hooks', '/by-image/a.txt'],
  },
  {
    title: 'the metadata of a published image',
    publishes: { reference: `${PUBLISHED}:1`, dockerfile: `${WITH_USER}${METADATA_LABEL}` },
    files: {
      ...devcontainer({
        image: `${PUBLISHED}:1`,
        remoteUser: 'other',
        containerEnv: { ALL: 'definition' },
        remoteEnv: { REMOTE_BOTH: 'definition' },
        mounts: ['type=tmpfs,target=/by-both'],
        userEnvProbe: 'none',
        onCreateCommand: note('onCreate'),
        postStartCommand: note('postStart'),
      }),
      'data/a.txt': 'a\n',
    },
    look: ['/tmp/hooks', '/by-image/a.txt'],
  },
]
