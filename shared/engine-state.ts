import * as z from 'zod/mini'
import { ErrorReport } from './operation.ts'

/** Whether a container engine answers. */
export const EngineState = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('ready'),
    /** As the engine calls itself: "Docker", "Podman". */
    name: z.string(),
    version: z.string(),
    address: z.string(),
    local: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('down'), error: ErrorReport }),
])
export type EngineState = z.infer<typeof EngineState>

/** What keeps a person from an engine's socket: the socket's own mode, or that of a folder on the way to it. */
export const SocketRefusal = z.discriminatedUnion('kind', [
  /** Its group may. `member`: the person is in it, and not in this login, which is older. */
  z.strictObject({ kind: z.literal('group'), path: z.string(), group: z.string(), member: z.boolean() }),
  /** Only its owner and root have access; `group` is one that no person should be in, or is given nothing. */
  z.strictObject({
    kind: z.literal('owner'),
    path: z.string(),
    owner: z.string(),
    group: z.string(),
    /** As `ls` has it in digits: "600". */
    mode: z.string(),
  }),
])
export type SocketRefusal = z.infer<typeof SocketRefusal>

/** The same in words. */
export function describeRefusal(refusal: SocketRefusal): string {
  const { path } = refusal
  if (refusal.kind === 'owner') return `${path} lets in ${refusal.owner} alone (mode ${refusal.mode})`
  const { group, member } = refusal
  return `${path} lets in the group ${group}, ${member ? 'in which you are, but not in this login yet' : 'in which you are not'}`
}

/** One place where an engine may be, and what is there. */
export const EnginePlace = z.strictObject({
  address: z.string(),
  /** Who names it: the settings, the variable, a Docker context; or it is where engines usually listen. */
  from: z.enum(['settings', 'DOCKER_HOST', 'context', 'usual']),
  context: z.nullable(z.string()),
  /** Whether it is the one that is used. */
  chosen: z.boolean(),
  found: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('engine'),
      name: z.string(),
      version: z.string(),
      buildkit: z.boolean(),
    }),
    z.strictObject({ kind: z.literal('nothing') }),
    /** `refusal`: for a socket of this computer, as far as it can be determined. */
    z.strictObject({ kind: z.literal('forbidden'), refusal: z.nullable(SocketRefusal) }),
    z.strictObject({ kind: z.literal('other'), problem: z.string() }),
  ]),
})
export type EnginePlace = z.infer<typeof EnginePlace>

/** What a person can do, as a command for their own terminal. */
export const Remedy = z.strictObject({ text: z.string(), command: z.string() })
export type Remedy = z.infer<typeof Remedy>

/** Everything that was looked for and found, and what to do when none of it can be used. */
export const EngineSurvey = z.strictObject({
  places: z.array(EnginePlace),
  remedies: z.array(Remedy),
  /** The command with which Pristine starts an engine that is there; null where only a person can, or one answers. */
  start: z.nullable(z.string()),
  /** The commands that install an engine here; empty where Pristine does not know them, or one is installed. */
  install: z.array(z.string()),
})
export type EngineSurvey = z.infer<typeof EngineSurvey>

/** What `pristine doctor` found: the engines, and what else is needed of this computer. */
export const Doctor = z.extend(EngineSurvey, {
  platform: z.string(),
  node: z.string(),
  /** Git's version; null where there is none. */
  git: z.nullable(z.string()),
  /** Where Pristine keeps its data, and why it cannot. */
  home: z.strictObject({ path: z.string(), problem: z.nullable(z.string()) }),
})
export type Doctor = z.infer<typeof Doctor>

/** The events of commands that install or start an engine. */
export const EngineCommandEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('command'), command: z.string() }),
  z.strictObject({ kind: z.literal('line'), text: z.string() }),
])
export type EngineCommandEvent = z.infer<typeof EngineCommandEvent>
