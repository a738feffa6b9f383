/** An image reference taken apart, by the grammar of the distribution project's `reference` package. */
export interface ImageReference {
  /** `docker.io/library/node`: registry and repository, in full. */
  repository: string
  tag?: string
  digest?: string
}

/** Takes a reference apart; `node` is `docker.io/library/node`. Undefined when it is not a reference. */
export function parseReference(text: string): ImageReference | undefined {
  const found = /^(?<name>[^@\s]+?)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/.exec(
    text,
  )
  const { name, tag, digest } = found?.groups ?? {}
  if (!name) return undefined
  const parts = name.split('/')
  const [first = ''] = parts
  // Repositories are in lower case, so a first part that is not is a host.
  const hasHost = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost' || /[A-Z]/.test(first))
  const host = hasHost ? first : 'docker.io'
  if (!/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::\d+)?$/.test(host))
    return undefined
  const path = hasHost ? parts.slice(1) : parts
  if (!path.every((part) => /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/.test(part))) return undefined
  const onHub = host === 'docker.io' || host === 'index.docker.io'
  const repository = onHub
    ? ['docker.io', ...(path.length === 1 ? ['library'] : []), ...path]
    : [host, ...path]
  return { repository: repository.join('/'), ...(tag && { tag }), ...(digest && { digest }) }
}
