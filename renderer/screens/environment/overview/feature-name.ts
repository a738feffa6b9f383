/** What a person calls a feature: the last part of its reference, without tag or digest, or its archive's name. */
export function featureName(reference: string): string {
  const last = reference.split(/[?#]/)[0]?.split('/').filter(Boolean).at(-1) ?? reference
  const archive = /^devcontainer-feature-(.+)\.tgz$/.exec(last)?.[1]
  return archive ?? last.replace(/[@:].*$/, '')
}
