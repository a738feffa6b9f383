import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod/mini'

/** What only a desktop shell can do. In the web mode there is none of it, and the screens offer what is left. */
export const desktopContract = {
  /** A folder that the person chose, or null. */
  chooseFolder: oc.output(z.nullable(z.string())),
  /** Opens an https address, or a port of this computer, in the person's browser. */
  openExternal: oc.input(z.strictObject({ url: z.string().check(z.maxLength(2000)) })),
  /** What the operating system asks the app to open: the address field of a deep link, to be confirmed by the person. */
  links: oc.output(eventIterator(z.strictObject({ source: z.string(), ref: z.nullable(z.string()) }))),
  update: {
    watch: oc.output(
      eventIterator(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('none') }),
          z.strictObject({ kind: z.literal('downloading'), version: z.string(), percent: z.number() }),
          z.strictObject({ kind: z.literal('ready'), version: z.string() }),
          z.strictObject({ kind: z.literal('failed'), problem: z.string() }),
        ]),
      ),
    ),
    install: oc.output(z.void()),
  },
}
