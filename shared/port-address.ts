import type { PortUse } from './port.ts'

/** The address of a published port of this computer in a browser. */
export const portAddress = ({ host, scheme }: Pick<PortUse, 'scheme'> & { host: number }): string =>
  `${scheme ?? 'http'}://127.0.0.1:${host}`

/** The ports that Open can take, in the order in which it tries them. */
export const portsToOpen = <P extends PortUse>(ports: readonly P[]): P[] => [
  ...ports.filter(({ opens }) => opens === 'first'),
  ...ports.filter(({ opens }) => opens === undefined),
]
