import type { StepEvent } from '../../../shared/operation.ts'

/** "[2/5] RUN …", "[app 2/5] RUN …" of one of several stages, "[linux/amd64 app 2/5] RUN …" for a named platform. */
const OF_STAGE = /^\[(?:\S+\/\S+ )?(?:(\S+) +)?(\d+)\/(\d+)\] +(.*)$/s
/** "[auth] library/node:pull token for registry-1.docker.io" */
const OF_REGISTRY = /^\[auth\] +(.*)$/s

/** Parses the builder's name of a step (moby/buildkit, frontend/dockerfile/dockerfile2llb, `prefixCommand`). */
export function readVertexName(text: string): Pick<StepEvent, 'name' | 'phase' | 'subject' | 'place'> {
  const [, stage, at, of, instruction] = OF_STAGE.exec(text) ?? []
  if (instruction !== undefined) {
    const place = { at: Number(at), of: Number(of) }
    return { name: instruction, phase: 'build', ...(stage !== undefined && { subject: stage }), place }
  }
  const [, token] = OF_REGISTRY.exec(text) ?? []
  return token === undefined ? { name: text, phase: 'build' } : { name: token, phase: 'pull' }
}
