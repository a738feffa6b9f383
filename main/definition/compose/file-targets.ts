/** Where a secret is in a container. */
export const secretTarget = ({ source, target = source }: { source: string; target?: string }): string =>
  target.startsWith('/') ? target : `/run/secrets/${target}`

/** Where a config is in a container. */
export const configTarget = ({
  source,
  target = `/${source}`,
}: {
  source: string
  target?: string
}): string => (target.startsWith('/') ? target : `/${target}`)
