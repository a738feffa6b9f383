// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a variable of devcontainer.json looks like this
import type { VersionId } from '../../../shared/ids.ts'

/** The files of a project; `TOKEN` was `x` in the environment. */
export const FORM_1_FILES = {
  'shop/.devcontainer/devcontainer.json': JSON.stringify({
    name: 'shop',
    build: {
      dockerfile: 'Dockerfile',
      context: '..',
      target: 'dev',
      args: { LEVEL: '1', TOKEN: '${localEnv:TOKEN}' },
    },
    workspaceFolder: '/workspaces/${localWorkspaceFolderBasename}',
    containerEnv: { MODE: 'dev' },
    mounts: ['source=data,target=/data,type=volume'],
    forwardPorts: [8080],
    postCreateCommand: 'true',
  }),
  'shop/.devcontainer/Dockerfile':
    'FROM busybox:1.36 AS dev\nARG LEVEL\nARG TOKEN\nCOPY src /src\nRUN cat /src/run.sh\n',
  'shop/.devcontainer/pristine.lock': JSON.stringify({
    lockVersion: 1,
    downloads: {},
    images: { 'busybox:1.36': { resolved: `docker.io/library/busybox@sha256:${'1'.repeat(64)}` } },
  }),
  'shop/package-lock.json': '{}\n',
}

/** The plan that Pristine 0.1 made of it, byte for byte, and the version's id. It is never to be changed. */
export const FORM_1 = {
  id: 'a061bd7d86df0e65cb3ee693c9d7a9f96da2fe07926aca857dd012260a3640f6' as VersionId,
  text: '{"file":".devcontainer/devcontainer.json","inputs":[["package-lock.json",false,"ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356"]],"planVersion":1,"services":[{"args":{"LEVEL":"1","TOKEN":{"sha256":"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881","template":"${localEnv:TOKEN}"}},"context":".","dockerfile":"FROM busybox:1.36 AS dev\\nARG LEVEL\\nARG TOKEN\\nCOPY src /src\\nRUN cat /src/run.sh\\n","downloads":{},"files":[["src/link",false,"-> run.sh"],["src/run.sh",true,"5dbad7dd0b9b122dcd9956884390f4aac4738caba8ff53498a7ab6718b176c30"]],"images":{"busybox:1.36":"docker.io/library/busybox@sha256:1111111111111111111111111111111111111111111111111111111111111111"},"name":"app","run":{"containerEnv":{"MODE":"dev"},"hooks":{"postCreateCommand":"true"},"init":true,"mounts":[{"kind":"volume","readOnly":false,"source":"data","target":"/data"}],"options":{},"overrideCommand":true,"ports":[{"container":8080,"fixed":false,"host":8080,"protocol":"tcp"}],"publishExposed":false,"remoteEnv":{},"unset":["overrideCommand","userEnvProbe"],"userEnvProbe":"loginInteractiveShell","workspaceFolder":"/workspaces/${localWorkspaceFolderBasename}","workspaceMount":{"kind":"bind","readOnly":false,"source":"${localWorkspaceFolder}","target":"/workspaces/${localWorkspaceFolderBasename}"}},"target":"dev"}]}',
}
