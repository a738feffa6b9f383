import type { ImageSource } from '../../shared/definition.ts'

/** What errors call a Dockerfile: its file, or the key that has its text in one. */
export const dockerfileName = ({
  dockerfile,
  inline,
}: Pick<Extract<ImageSource, { kind: 'build' }>, 'dockerfile' | 'inline'>): string =>
  inline === undefined ? dockerfile : `${dockerfile}, dockerfile_inline`
