import type { ImageMetadata } from '../lock.ts'
import { entry } from './entry.ts'
import { listed } from './wording.ts'

/** What can go wrong with the lock, and while references are resolved and fetched. */
export const lockErrors = {
  'lock-outdated': entry<{
    file: string
    reference: string
    problem: 'absent' | 'missing' | 'moved' | 'unused' | 'changed'
  }>({
    message: (d) => {
      switch (d.problem) {
        case 'absent':
          return `There is no ${d.file}.`
        case 'changed':
          return `${d.file} was changed by something else meanwhile.`
        default:
          return `${d.file} does not match the definition.`
      }
    },
    why: (d) => {
      switch (d.problem) {
        case 'absent':
          return `The definition uses ${d.reference}, which nothing pins.`
        case 'changed':
          return `Its pin of ${d.reference} is not the one with which the command began, and was left as it is.`
        case 'missing':
          return `It does not pin ${d.reference}.`
        case 'moved':
          return `It pins ${d.reference} to something else than devcontainer-lock.json.`
        case 'unused':
          return `It pins ${d.reference}, which the definition no longer uses.`
      }
    },
    hint: (d) =>
      d.problem === 'changed' ? 'Run the command again.' : 'Run "pristine lock" and commit the result.',
    exit: 3,
  }),
  'lock-invalid': entry<{ file: string; problem: string; newer?: true }>({
    message: (d) => `${d.file} is not a lock that can be read.`,
    why: (d) => d.problem,
    hint: (d) =>
      d.newer
        ? 'Update Pristine.'
        : /^E(?:ACCES|PERM)\b/.test(d.problem)
          ? 'Give yourself permission to read it.'
          : `Take ${d.file} back from version control, or delete it and run "pristine lock".`,
    exit: 3,
  }),
  'lock-foreign-pin': entry<{ file: string; reference: string; resolved: string; own?: string }>({
    message: (d) => `${d.file} pins ${d.reference} to another image.`,
    why: (d) =>
      d.own === undefined
        ? `It names ${d.resolved}, and "${d.reference}" is not the name of an image.`
        : `It names ${d.resolved}; a pin of ${d.reference} begins with ${d.own}`,
    hint: (d) =>
      `Find out who wrote that, for example with "git log -p ${d.file}". If another image is wanted, name it in the definition; remove the entry from ${d.file} and run "pristine lock".`,
    exit: 3,
  }),
  'triggers-unread': entry<{
    file: string
    images: Record<string, { resolved: string; onbuild: string[]; metadata?: ImageMetadata | undefined }>
  }>({
    message: (d) =>
      `${d.file} does not say what ${listed(Object.keys(d.images))} adds to the build (ONBUILD) and to the hooks (devcontainer.metadata), or says something else.`,
    why: (d) =>
      Object.entries(d.images)
        .map(
          ([reference, { onbuild, metadata = [] }]) =>
            `${reference}: ${[...onbuild, ...metadata.map((entry) => JSON.stringify(entry))].join('; ') || 'it adds nothing'}`,
        )
        .join('\n'),
    hint: () =>
      'Run "pristine lock", which reads it from the image, and commit the result. Nothing was built; the environment is as it was.',
    exit: 3,
  }),
  /** `layer`: whether `file` is a person's layer. */
  'features-unread': entry<{
    file: string
    features: { reference: string; at: string }[]
    layer?: boolean
  }>({
    message: (d) =>
      `${d.file} uses features that were not fetched yet: ${listed(d.features.map(({ reference }) => reference))}.`,
    why: (d) =>
      `What a feature asks for is part of the version (${d.features.map(({ at }) => at).join(', ')}), and this command contacts no registry.`,
    hint: (d) =>
      d.layer
        ? 'Run "pristine up", which fetches them.'
        : 'Run "pristine up" or "pristine lock", which fetches them.',
    exit: 3,
  }),
  /**
   * `pinned`: what the lock, or with `layer` the person's layer, pins the reference to. `alsoGone`: other references whose pins were
   * not found.
   */
  'feature-unknown': entry<{
    reference: string
    pinned?: string
    alsoGone?: string[]
    layer?: boolean
    registry: string
    at: string
  }>({
    message: (d) =>
      d.pinned === undefined
        ? `${d.at}: the feature ${d.reference} was not found.`
        : `${d.at}: the feature ${d.reference} was not found with the content that ${d.layer ? 'your layer' : 'the lock'} pins.`,
    why: (d) =>
      d.pinned === undefined
        ? `${d.registry} does not have it, or does not show it to you.`
        : `${d.registry} does not have ${d.pinned}, or does not show it to you.`,
    hint: (d) =>
      d.pinned === undefined
        ? `Check the spelling and the version; for a private feature, log in with "docker login ${d.registry}".`
        : `If it was removed there, ${d.layer ? 'taking the feature out of your layer ("pristine settings layer edit") and adding it again' : `"pristine lock --update ${[d.reference, ...(d.alsoGone ?? [])].join(' ')}"`} pins what the reference names today; for a private feature, log in with "docker login ${d.registry}".`,
    exit: 1,
  }),
  'feature-invalid': entry<{ reference: string; problem: string }>({
    message: (d) => `${d.reference} is not a feature that can be installed.`,
    why: (d) => `${d.problem[0]?.toUpperCase()}${d.problem.slice(1)}.`,
    hint: () => 'Use another version of it, or report it to its authors. Nothing was changed.',
    exit: 1,
  }),
  'reference-unknown': entry<{ reference: string; registry: string; at?: string }>({
    message: (d) => `${d.at ? `${d.at}: the` : 'The'} image ${d.reference} was not found.`,
    why: (d) => `${d.registry} does not have it, or does not show it to you.`,
    hint: (d) => `Check the spelling; for a private image, log in with "docker login ${d.registry}".`,
    exit: 1,
  }),
  'platform-missing': entry<{ reference: string; problem: string; at?: string }>({
    message: (d) =>
      `${d.at ? `${d.at}: the` : 'The'} image ${d.reference} does not exist for the platform of the engine.`,
    why: (d) => d.problem,
    hint: () =>
      'Use another tag or another image that is also made for it, or an engine of a platform that the image has.',
    exit: 1,
  }),
  'frontend-needed': entry<{
    file: string
    line: number
    reference: string
    /** What the engine's own frontend does not know. */
    what: string
    engine: string
    /** The lock that says that the engine's own frontend builds. */
    lock?: string
    /** Why the frontend could not be had. */
    problem?: string
  }>({
    message: (d) => `${d.file}:${d.line}: "${d.what}" needs ${d.reference}, which could not be had.`,
    why: (d) =>
      `The Dockerfile frontend inside this engine (${d.engine}) is not known to understand it. ${d.problem ?? `${d.lock} says that the engine's own frontend builds.`}`,
    hint: (d) =>
      d.lock === undefined
        ? `Let the engine reach the registry of ${d.reference}, use a newer engine, or write the instruction without it. Nothing was changed.`
        : `Run "pristine lock --update ${d.reference}" where the engine reaches its registry, and commit the result; or use a newer engine. Nothing was changed.`,
    exit: 1,
  }),
  'reference-local': entry<{ reference: string; registry: string; at?: string }>({
    message: (d) => `${d.at ? `${d.at}: the` : 'The'} image ${d.reference} exists only on this computer.`,
    why: (d) =>
      `The engine has it, and ${d.registry} does not, or does not show it to you: a lock that pins it would be of no use elsewhere.`,
    hint: (d) =>
      `Push it to a registry and name it as it is called there, or build it in the definition, from its own Dockerfile. If it is private, log in with "docker login ${d.registry}". Nothing was pinned.`,
    exit: 1,
  }),
  'registry-unreachable': entry<{ reference: string; problem: string }>({
    message: (d) => `The registry of ${d.reference} could not be asked.`,
    why: (d) => d.problem,
    hint: () =>
      "Check the network and the engine's proxy settings; what is already locked starts without it.",
    exit: 1,
  }),
  'registry-busy': entry<{ registry: string; problem: string }>({
    message: (d) => `${d.registry} asks to wait: too many requests.`,
    why: (d) => d.problem,
    hint: (d) => `Try again in some minutes, or log in with "docker login ${d.registry}" for a higher limit.`,
    exit: 1,
  }),
  'registry-content': entry<{ reference: string; problem: string }>({
    message: (d) => `The registry gave other content for ${d.reference} than the lock pins.`,
    why: (d) => d.problem,
    hint: () =>
      'Try again; if it keeps happening, the registry or a proxy in front of it is broken. Nothing was changed.',
    exit: 1,
  }),
  'download-failed': entry<{ url: string; problem: string }>({
    message: (d) => `${d.url} could not be downloaded.`,
    why: (d) => d.problem,
    hint: () => 'Check the address and the network.',
    exit: 1,
  }),
  'download-changed': entry<{ url: string; from: string; to: string }>({
    message: (d) => `${d.url} no longer has the locked content.`,
    why: (d) => `Locked was ${d.from}; it is ${d.to} now.`,
    hint: (d) => `If the change is wanted, run "pristine lock --update ${d.url}".`,
    exit: 3,
  }),
}
