/** What a registry demands, by the header `WWW-Authenticate` of its refusal. */
export type Challenge =
  | { kind: 'basic' }
  /** A token of the server at `realm` (https://distribution.github.io/distribution/spec/auth/token/). */
  | { kind: 'bearer'; realm: string; service: string | undefined; scope: string | undefined }

/** Reads the header; undefined if it demands neither. It may contain several challenges (RFC 9110, 11.6.1). */
export function parseChallenge(header: string | undefined): Challenge | undefined {
  const bearer = /(?:^|,)\s*Bearer\s+(.*)$/i.exec(header ?? '')?.[1]
  if (bearer !== undefined) {
    const parameters = new Map<string, string>()
    for (const [, name = '', quoted, plain] of bearer.matchAll(
      /(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g,
    )) {
      const key = name.toLowerCase()
      // What comes again is of the next challenge.
      if (!parameters.has(key)) parameters.set(key, quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '')
    }
    const realm = parameters.get('realm')
    if (realm !== undefined)
      return { kind: 'bearer', realm, service: parameters.get('service'), scope: parameters.get('scope') }
  }
  return /(?:^|,)\s*Basic\b/i.test(header ?? '') ? { kind: 'basic' } : undefined
}
