import type { Warning } from '../../../shared/definition.ts'
import { type Origin, unsupported } from './document/source-position.ts'
import { type Flag, type FlagForm, readFlags } from './run/parse-flags.ts'
import { readPair } from './run/run-values.ts'

/** What `build.options` add to the rest of `build`. */
export interface BuildOptions {
  args: Record<string, string>
  target?: string
}

/**
 * What Pristine does with an option of `docker build`. `ignored`: it means nothing here, which is a warning. `refused`: an
 * error with the reason, without a full stop.
 */
export type BuildFlag = FlagForm &
  (
    | { kind: 'applied'; apply: (to: BuildOptions, flag: Flag, origin: Origin) => void }
    | { kind: 'ignored'; reason: string }
    | { kind: 'refused'; reason: string }
  )

const ignored = (reason: string, form: FlagForm = {}): BuildFlag => ({ ...form, kind: 'ignored', reason })
const refused = (reason: string, form: FlagForm = {}): BuildFlag => ({ ...form, kind: 'refused', reason })

const SWITCH = { switch: true } as const
const CACHE = 'the engine keeps the cache of its own builds'
const NAMES = 'Pristine names images itself'
const SHOWN = 'Pristine shows the build itself'
const STEPS = 'the engine removes what a build leaves'
const RESULT = 'the image stays on the engine, and is the only result'
const LIMIT = 'a build runs with the limits of the engine'
const ATTESTED = 'an image that stays on the engine has no attestations'

/** Every option of `docker build`, by its long name. */
export const BUILD_FLAGS: Readonly<Record<string, BuildFlag>> = {
  'add-host': refused('what is built would depend on hosts that no lock pins'),
  allow: refused('a build gets no further rights'),
  annotation: refused('use LABEL in the Dockerfile'),
  attest: ignored(ATTESTED),
  'build-arg': {
    kind: 'applied',
    // As with docker, a name alone takes the value of this computer.
    apply: (to, flag, origin) => {
      const [name, value] = readPair(flag, origin)
      to.args[name] = value ?? `\${localEnv:${name}}`
    },
  },
  'build-context': refused('no lock pins what it names'),
  builder: refused('the engine builds'),
  'cache-from': ignored(CACHE),
  'cache-to': ignored(CACHE),
  'cgroup-parent': refused(LIMIT),
  compress: ignored(SHOWN, SWITCH),
  'cpu-period': refused(LIMIT),
  'cpu-quota': refused(LIMIT),
  'cpu-shares': refused(LIMIT, { short: 'c' }),
  'cpuset-cpus': refused(LIMIT),
  'cpuset-mems': refused(LIMIT),
  'disable-content-trust': ignored('the lock pins what is pulled', SWITCH),
  file: refused('use "build.dockerfile"', { short: 'f' }),
  'force-rm': ignored(STEPS, SWITCH),
  iidfile: refused(RESULT),
  isolation: refused('only Windows containers have it'),
  label: refused('use LABEL in the Dockerfile'),
  load: ignored(RESULT, SWITCH),
  memory: refused(LIMIT, { short: 'm' }),
  'memory-swap': refused(LIMIT),
  'metadata-file': refused(RESULT),
  network: refused('a build has the network that the engine gives it'),
  'no-cache': ignored('the inputs of a version decide what is built', SWITCH),
  'no-cache-filter': ignored('the inputs of a version decide what is built'),
  output: refused(RESULT, { short: 'o' }),
  platform: refused('images are built and run for the platform of the engine'),
  progress: ignored(SHOWN),
  provenance: ignored(ATTESTED),
  pull: ignored('the lock decides what is pulled', SWITCH),
  push: refused(RESULT, SWITCH),
  quiet: ignored(SHOWN, { short: 'q', ...SWITCH }),
  rm: ignored(STEPS, SWITCH),
  sbom: ignored(ATTESTED),
  secret: ignored('a build gets the declared "secrets" for which its Dockerfile asks'),
  'security-opt': refused('a build gets no further rights'),
  'shm-size': refused(LIMIT),
  squash: refused('engines no longer have it', SWITCH),
  ssh: ignored('a build gets the ssh agent if its Dockerfile asks for it, and a person granted it'),
  tag: ignored(NAMES, { short: 't' }),
  target: {
    kind: 'applied',
    apply: (to, { value }) => {
      to.target = value
    },
  },
  ulimit: refused(LIMIT),
}

/**
 * Reads `build.options` by the table of `docker build`'s options.
 * Errors: `definition-invalid`, `definition-unsupported`.
 */
export function readBuildOptions(
  options: readonly string[],
  origin: Origin,
): BuildOptions & { warnings: Warning[] } {
  const found: BuildOptions = { args: {} }
  const warnings: Warning[] = []
  const list = { path: ['build', 'options'], command: 'docker build' } as const
  for (const flag of readFlags(options, BUILD_FLAGS, list, origin)) {
    const rule = BUILD_FLAGS[flag.name]
    if (rule === undefined) throw new TypeError(`The option ${flag.name} is known, but has no rule.`)
    switch (rule.kind) {
      case 'applied':
        rule.apply(found, flag, origin)
        break
      case 'ignored':
        warnings.push({
          code: 'ignored',
          message: `build.options "--${flag.name}" is ignored: ${rule.reason}.`,
        })
        break
      case 'refused':
        throw unsupported(origin, flag.path, `build.options: --${flag.name}`, rule.reason)
    }
  }
  return { ...found, warnings }
}
