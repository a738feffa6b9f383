/** Every label that Pristine writes. A label can be forged: it helps to find a thing, never to trust it. */
export const LABEL = {
  /** The project's key, on images, containers and volumes. */
  project: 'dev.pristine.project',
  /** The version's id, on images and containers. */
  version: 'dev.pristine.version',
  service: 'dev.pristine.service',
  /** What the container is: `environment`, `bake`, `run` or `look`. */
  role: 'dev.pristine.role',
  /** A file that is locked for as long as its process will remove the container, on containers of a `run` or `look`. */
  lease: 'dev.pristine.lease',
  /** The hashes of the parts of the create request, as JSON. */
  request: 'dev.pristine.request',
  /** What the definition calls the published ports, as JSON by `3000/tcp`. */
  portLabels: 'dev.pristine.port-labels',
  /** The data folder of the Pristine that made it, on the containers of an environment and on volumes. */
  home: 'dev.pristine.home',
  /** The digest of the list of what content hooks made in the workspace, on images: see main/data/baked-content.ts. */
  content: 'dev.pristine.content',
  /** Of which image one is in which a user has other ids, and which, as JSON: see main/history/uid-remapped-image.ts. */
  adapted: 'dev.pristine.adapted',
  /** What filled it when it was made, as JSON, on volumes: see main/data/volumes.ts. */
  filled: 'dev.pristine.filled',
  /** The id of the change of the data with which it was made, on containers: see main/data/stacks/. */
  data: 'dev.pristine.data',
  /** The managed volume that it is a part of, on volumes that are layers, or overlays of layers. */
  part: 'dev.pristine.part',
  /** The layers of what containers mount, when it was made, and its generation, as JSON, on volumes. */
  layers: 'dev.pristine.layers',
  /** The name of what one swap makes of several services, on their containers and networks. */
  set: 'dev.pristine.set',
  /** The service that a person works in, on the containers of a set. */
  entry: 'dev.pristine.entry',
  /** The project's folder on this computer, on containers and networks. */
  path: 'dev.pristine.path',
} as const

/** Whether a name is one of those labels, or could become one. */
export const isOwnLabel = (name: string): boolean => /^dev\.pristine(?:\.|$)/.test(name)
