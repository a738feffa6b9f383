import type { ImageDetails } from '../docker/images.ts'

/** A user and perhaps a group, by name or number (USER in the Dockerfile reference). */
const USER = /^[\w.-]+(?::[\w.-]+)?$/

/** As whom an image's programs run. */
export const userOfImage = ({ Config }: Pick<ImageDetails, 'Config'>): string => Config.User || 'root'

/** Whether a user can be written into a Dockerfile: it comes from a stranger's image. */
export const isUser = (user: string): boolean => USER.test(user)

/** A Dockerfile whose instructions run as root upon a base; the result says as before as whom its programs run. */
export function runAsRoot(base: string, user: string, instructions: string[]): string {
  const isRoot = user === 'root' || user === '0'
  const lines = isRoot ? instructions : ['USER root', ...instructions, `USER ${user}`]
  return [`FROM ${base}`, ...lines, ''].join('\n')
}
