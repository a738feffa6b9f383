import { devcontainer } from '../test-project.ts'

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
  /** Facts in which the two differ on purpose. */
  differs?: Record<string, { peer?: string; ours?: string }>
}

/** A user with an id that no host user is likely to have, on a Debian with bash. */
const WITH_USER = `FROM debian:bookworm-slim
RUN useradd --create-home --uid 4242 --shell /bin/bash dev && useradd --create-home --uid 4343 --shell /bin/bash other
`

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
`,
      'data/a.txt': 'a\n',
      'data/sub/b.txt': 'b\n',
      'other.txt': 'not copied\n',
    },
    env: { ORACLE_WHO: 'world' },
    look: ['/greeting', '/opt/data/a.txt', '/opt/data/sub/b.txt'],
  },
  {
    title: 'containerUser alone',
    files: {
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, containerUser: 'dev', postCreateCommand: note('postCreate') }),
      '.devcontainer/Dockerfile': WITH_USER,
    },
    look: ['/tmp/hooks'],
  },
  {
    title: 'remoteUser alone',
    files: {
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, remoteUser: 'dev', postCreateCommand: note('postCreate') }),
      '.devcontainer/Dockerfile': WITH_USER,
    },
    look: ['/tmp/hooks'],
  },
  {
    title: 'containerUser and remoteUser, over the USER of the image',
    files: {
      ...devcontainer({
        build: { dockerfile: 'Dockerfile' },
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
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, onCreateCommand: note('onCreate') }),
      '.devcontainer/Dockerfile': `${WITH_USER}USER dev\nENV PATH=/opt/bin:$PATH:/opt/sbin\n`,
    },
    look: ['/tmp/hooks'],
  },
  {
    title: 'containerEnv and remoteEnv with variables',
    files: devcontainer({
      image: 'debian:bookworm-slim',
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
      },
      remoteEnv: {
        PATH: '${containerEnv:PATH}:/custom/bin',
        REMOTE: '${containerEnv:PLAIN} ${localEnv:ORACLE_WORD}',
        FALLBACK: '${containerEnv:NOT_THERE:fallback}',
        PLAIN_AGAIN: '${containerEnv:FROM_HOST}',
        REMOTE_FOLDER: '${containerWorkspaceFolder}/bin',
        UNKNOWN: '${unknown:THING}',
      },
      postCreateCommand: 'echo "$REMOTE|$PATH|$FOLDER" > /tmp/hooks',
    }),
    env: { ORACLE_WORD: 'said here' },
    look: ['/tmp/hooks'],
  },
  {
    title: 'mounts: a subfolder, volumes, tmpfs',
    files: {
      ...devcontainer({
        image: 'busybox:1.36',
        mounts: [
          'type=bind,source=${localWorkspaceFolder}/data,target=/data',
          'source=${localWorkspaceFolder}/data,target=/data-ro,type=bind,readonly',
          { type: 'volume', source: 'oracle-cache', target: '/cache' },
          'source=oracle-${devcontainerId},target=${containerWorkspaceFolder}/kept,type=volume',
          'type=tmpfs,target=/scratch',
        ],
        runArgs: ['--tmpfs', '/run/more', '-v', 'oracle-more:/more:ro'],
      }),
      'data/a.txt': 'a\n',
      'kept/readme': 'covered\n',
    },
    look: ['/data/a.txt', '/data-ro/a.txt'],
  },
  {
    title: 'workspaceFolder with workspaceMount',
    files: {
      ...devcontainer({
        image: 'busybox:1.36',
        workspaceMount: 'source=${localWorkspaceFolder}/src,target=/work,type=bind,consistency=cached',
        workspaceFolder: '/work/app',
        containerEnv: { HERE: '${containerWorkspaceFolder}', NAME: '${containerWorkspaceFolderBasename}' },
        postCreateCommand: 'pwd > made-here',
      }),
      'src/app/main.txt': 'main\n',
    },
    look: ['/work/app/made-here'],
  },
  {
    title: 'workspaceFolder alone',
    files: devcontainer({ image: 'busybox:1.36', workspaceFolder: '/workspaces' }),
  },
  {
    title: 'overrideCommand false with a program of the image',
    files: {
      ...devcontainer({ build: { dockerfile: 'Dockerfile' }, overrideCommand: false, containerEnv: { WORD: 'given' } }),
      '.devcontainer/Dockerfile': `FROM busybox:1.36
RUN printf '#!/bin/sh\\necho "entry $* $WORD $(id -un) $PWD" > /tmp/program\\nexec "$@"\\n' > /entry && chmod +x /entry
WORKDIR /srv
ENTRYPOINT ["/entry"]
CMD ["sh", "-c", "echo command >> /tmp/program; trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"]
`,
    },
    look: ['/tmp/program'],
  },
  {
    title: 'hooks as strings',
    files: devcontainer({
      image: 'debian:bookworm-slim',
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
      updateContentCommand: { a: 'echo updateContent >> /tmp/hooks-a', b: 'echo updateContent > /tmp/hooks-b' },
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
        build: { dockerfile: 'Dockerfile' },
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
        '--user',
        '65534',
        '--memory=256m',
        '--cpus',
        '0.5',
        '--ulimit',
        'nofile=1024:2048',
        '--cap-drop=MKNOD',
        '--init',
      ],
    }),
    env: { ORACLE_PASSED: 'passed on' },
    labels: ['org.example.team', 'org.example.bare'],
  },
]
