/** A place in a file, as far as it is known. */
export const at = (d: { file: string; line?: number; column?: number }): string =>
  d.line === undefined ? d.file : `${d.file}:${d.line}${d.column === undefined ? '' : `:${d.column}`}`

/** The last lines that a program printed, the rest in short. */
export const lastOutput = (output: string[], otherwise: string): string =>
  output.length > 0 ? output.join('\n') : otherwise

/** The first of a list of names, and how many more there are. */
export const listed = (names: string[]): string =>
  names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')

/** How engines refuse what "runArgs" or a Compose file asks for and the engine's computer does not have. */
const ABSENT = [
  [
    /could not select device driver|unresolvable CDI devices/i,
    'The engine has no driver for the GPUs that the definition asks for ("--gpus"): install it beside the engine (for NVIDIA, the container toolkit)',
  ],
  [
    /error gathering device information|stat(?:ting)? (?:device )?\/dev\/\S+: no such/i,
    'The engine\'s computer has no such device ("--device"): connect it',
  ],
  [
    /unknown runtime|invalid runtime name|runtime "?\S+"? not found/i,
    'The engine has no such runtime ("--runtime"): install it there',
  ],
] as const

/** What helps where the engine has not what a container asks for; undefined for any other problem. */
export function absentHint(problem: string): string | undefined {
  const remedy = ABSENT.find(([pattern]) => pattern.test(problem))?.[1]
  return remedy && `${remedy}, or take the option out of the definition.`
}

/** What most failures say. */
export const AS_IT_WAS = 'the environment is as it was'

/**
 * What became of the environment. If the failure left the environment in another state, `environment` in its data names
 * it: it is stopped or unhealthy, or there never was one.
 */
export function asItWas(data: object): string {
  const left = 'environment' in data ? data.environment : undefined
  if (left === 'stopped' || left === 'unhealthy') return `the environment is ${left}`
  return left === 'none' ? 'there is no environment yet' : AS_IT_WAS
}

/** What to do when something could not write because the environment is sealed. */
export const sealedHint = (data: object): string =>
  'The environment is sealed: only the workspace, volumes and tmpfs can be written. Mount one there, or write in ' +
  `onCreateCommand, which is part of the image; ${asItWas(data)}.`
