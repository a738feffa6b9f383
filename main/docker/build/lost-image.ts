/**
 * What Docker says where an image was removed while a build or a commit that would have the same result asked for it (moby,
 * image/fs.go). The removal is over by then, so the next attempt does not meet it.
 */
export const LOST_IMAGE = /failed to get digest sha256:[0-9a-f]{64}: open \S+: no such file or directory$/
