import type { AgentMount, SecretMount } from './analysis.ts'
import type { ContextSource } from './context-source.ts'
import type { Frontend } from './frontend-needs.ts'
import type { Segment } from './syntax/render.ts'

/** How a Dockerfile is to be read. */
export interface DockerfileOptions {
  /** What the file is called in messages. */
  file: string
  /** Build arguments, by name. */
  args: Record<string, string>
  /** Those of them whose values are this computer's: the address of a download, which locks and versions show, has none. */
  hostBuildArgs?: readonly string[]
  /** The stage to build; the last one if it is not given. */
  target?: string
  /** The file that names the target, if it is another one; only for messages. */
  targetFile?: string
  /**
   * What an image leaves to a stage that begins with it (ONBUILD), by its reference. Null for an image that is used as it
   * is, although it would; undefined where it leaves nothing, as far as is known.
   */
  triggers?: Triggers | undefined
}

/** What an image leaves to a stage that begins with it, by its reference: see `DockerfileOptions`. */
export type Triggers = (reference: string) => readonly string[] | null | undefined

/** What a build of one target reads, and what it refers to. */
export interface DockerfileReading {
  /** The stages that the target reaches, without comments and blank lines; line ends are LF. */
  text: string
  /** For each line of `text`, its line (1-based) in the person's file. */
  lines: number[]
  /** Images to pin, as written after substitution, sorted; what has a digest already is not among them. */
  images: { reference: string; line: number }[]
  /** Images that are written with their digest, sorted; they stand as written in what is sent. */
  digests: { reference: string; line: number }[]
  /** Those of them, with a digest or without, that a stage begins with. */
  bases: string[]
  /** Of these the ones that would leave instructions to the build, and what they leave; null for one that is used as it is. */
  onbuild: Record<string, string[] | null>
  /**
   * Whence the image has its metadata label: of the image that the target begins with, or by the text of a LABEL; neither
   * for none, and for one that only the build knows.
   */
  metadata: { base?: string; label?: string }
  /** The frontend that the file names with `# syntax=`; its reference is among the images, or has a digest. */
  frontend?: Frontend
  /** Addresses that ADD downloads, sorted; what has a checksum already is not among them. */
  downloads: { url: string; line: number }[]
  /** Those that have one, sorted: nothing to pin, and the engine downloads them. */
  checkedDownloads: { url: string; line: number }[]
  /** What of the build context is read: one entry for each COPY, ADD and bind mount. */
  sources: ContextSource[]
  /** What RUN instructions mount that only a person can give. */
  secrets: SecretMount[]
  agents: AgentMount[]
  escapeChar: string
  /** What `text` is made of, and what base images leave to the build; `pinDockerfile` makes the text to send from them. */
  segments: Segment[]
}
