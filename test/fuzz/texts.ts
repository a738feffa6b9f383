/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how definitions write variables. */
import { readFileSync } from 'node:fs'
import { parseJsonc } from '../../main/definition/devcontainer/document/jsonc.ts'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

const SHOP = 'test/fixtures/shop/.devcontainer/devcontainer.json'

/** Definitions that together use every key, each in all of its forms. */
export const DEFINITIONS: readonly object[] = [
  parseJsonc(SHOP, read(SHOP)).value as object,
  { image: 'debian:bookworm' },
  { name: 'a', build: { dockerfile: 'Dockerfile' } },
  {
    $schema: 'https://x.org/s.json',
    name: '${localWorkspaceFolderBasename}',
    dockerFile: '../Dockerfile',
    context: '..',
    build: { args: { A: '1', HOME: '${localEnv:HOME}', W: '${containerWorkspaceFolder}' }, target: 's0' },
    workspaceFolder: '/w',
    customizations: {
      vscode: { extensions: ['a.b'] },
      pristine: { inputs: ['src/**/*.js', '*.json'], keep: 3 },
    },
  },
  {
    image: '${localEnv:IMAGE:localhost:5000/team/base:1}',
    workspaceMount: 'source=${localWorkspaceFolder},target=/w,type=bind,consistency=cached',
    workspaceFolder: '/w/${localWorkspaceFolderBasename}',
    containerEnv: { A: '${localEnv:USER}', B: '' },
    remoteEnv: { PATH: '${containerEnv:PATH}:${containerWorkspaceFolder}/bin', GONE: null },
    containerUser: 'root',
    remoteUser: '${localEnv:USER}',
    userEnvProbe: 'loginShell',
    init: false,
    overrideCommand: true,
    mounts: [
      'source=cache-${devcontainerId},target=/cache,type=volume,readonly',
      { type: 'tmpfs', target: '/run' },
      { type: 'bind', source: '${localWorkspaceFolder}/src', target: '/src', readonly: true },
      'type=tmpfs,"target=/t",tmpfs-size=64m',
    ],
  },
  {
    image: 'node:24@sha256:'.concat('1'.repeat(64)),
    forwardPorts: [3000, 'localhost:4000', '127.0.0.1:5000'],
    appPort: [80, '8080:81', '127.0.0.1:90:91/udp'],
    portsAttributes: { '3000': { label: 'web', requireLocalPort: true }, '4000-4100': { label: 'range' } },
    otherPortsAttributes: { label: 'other' },
    onCreateCommand: 'bash ./setup.sh && npm ci',
    updateContentCommand: ['node', 'src/index.js'],
    postCreateCommand: { a: 'sh -c "./x"', b: ['./src/index.js', '--all'] },
    postStartCommand: 'echo ${HOME}',
    postAttachCommand: '',
    waitFor: 'postCreateCommand',
    customizations: {
      pristine: {
        health: { command: ['true', '-x'], interval: '500ms', timeout: 2, retries: 3 },
        inputs: ['a/*'],
      },
    },
  },
  {
    image: 'debian',
    runArgs: [
      ...['-e', 'A=1', '--env', 'HOME', '-u1000', '--memory=2g', '--cpus', '1.5', '--shm-size=64m', '--init'],
      ...['--ulimit', 'nofile=1024:2048', '-v', 'x:/y:ro', '-v=${localWorkspaceFolder}/src:/s', '-p', '1:2'],
      ...[
        '--tmpfs',
        '/run:size=1m,rw',
        '--mount',
        'type=volume,source=m,target=/m',
        '--dns=1.1.1.1',
        '--name=x',
      ],
      ...[
        '--add-host',
        'db:10.0.0.2',
        '-l',
        'a=b',
        '--label=c',
        '--cap-drop',
        'ALL',
        '--hostname=h',
        '--read-only',
      ],
      ...['--pids-limit=-1', '--stop-signal', 'SIGINT', '--stop-timeout=3'],
    ],
    privileged: false,
    capAdd: [],
    securityOpt: [],
    features: {},
    hostRequirements: { cpus: 2 },
    shutdownAction: 'stopCompose',
    updateRemoteUserUID: true,
    build: { cacheFrom: ['a'], options: [] },
  },
]

/** The keys of all of them, at every depth, and those that are refused. */
export const NAMES: readonly string[] = [
  ...new Set([
    ...DEFINITIONS.flatMap(keysIn),
    ...'initializeCommand dockerComposeFile service runServices secrets overrideFeatureInstallOrder'.split(
      ' ',
    ),
    ...'privilegd mount runArg remoteuser apply sealed data registry volume-opt external src dst ro'.split(
      ' ',
    ),
  ]),
]

function keysIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(keysIn)]
}

const answers = JSON.parse(read('test/fixtures/dockerfiles/buildkit-answers.json')) as { text: string }[]

/** Dockerfiles as people write them, and those that BuildKit has been asked about. */
export const DOCKERFILES: readonly string[] = [
  read('test/fixtures/shop/Dockerfile'),
  '# syntax=docker/dockerfile:1\nARG NODE=24\nFROM node:${NODE}-bookworm AS deps\nWORKDIR /app\nCOPY package.json ./\nRUN --mount=type=cache,target=/root/.npm npm ci\n\nFROM deps AS test\nCOPY --link . .\nRUN npm test\n\nFROM gcr.io/distroless/nodejs24\nCOPY --from=deps --chown=1000:1000 /app/node_modules /app/node_modules\nCOPY ["src/index.js", "odd [name].txt", "/app/"]\nUSER 1000\nENTRYPOINT ["node", "index.js"]\n',
  'FROM python:3.13-slim\nENV PYTHONUNBUFFERED=1 \\\n    # comment\n    PATH="/opt/venv/bin:$PATH"\nRUN <<EOF\nset -e\napt-get update\nFROM nothing\nEOF\nCOPY <<-"A" <<B /etc/\n\tone\n\tA\ntwo $X\nB\nADD https://x.org/tool.tgz /opt/\nADD --checksum=sha256:0 https://x.org/b /opt/\nHEALTHCHECK CMD true\nVOLUME /data\nEXPOSE 80/tcp\n',
  '# escape=`\r\nFROM mcr.microsoft.com/windows/nanoserver AS base\r\nCOPY src `\r\n  C:\\app\\\r\nRUN dir `\r\n  C:\\\r\n',
  'ARG BASE=debian\nARG TAG=${BASE:+bookworm}\nFROM ${BASE}:${TAG:-latest} AS one\nONBUILD COPY src /src\nONBUILD RUN make ${X#*/}\nFROM one AS two\nARG BASE\nENV A=$BASE B=${A%.*} C="${A/x/y}" D=\'$A\'\nRUN --mount=type=bind,from=one,source=/a,target=/b --mount=type=tmpfs,target=/t true\nFROM scratch\nCOPY --from=two / /\nCOPY --from=0 /x* /x/\nLABEL a="b c" d=e\n',
  ...answers.map(({ text }) => text),
]
