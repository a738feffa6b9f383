import type { PortRequest, RunConfig } from '../../../shared/definition.ts'
import { sharesNetwork } from './create-request.ts'

/** The published ports that are relayed, after each start, to programs that listen only at the container's own 127.0.0.1. */
export const relayedPorts = (run: RunConfig): PortRequest[] =>
  sharesNetwork(run) ? [] : run.ports.filter(({ protocol }) => protocol === 'tcp')
