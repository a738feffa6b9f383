import * as z from 'zod/mini'
import { method } from './method.ts'

/** The program itself. */
export const app = {
  /** The program's version, and what a report of a problem should hold; without names of people or secrets. */
  about: method.output(
    z.strictObject({ version: z.string(), platform: z.string(), node: z.string(), home: z.string() }),
  ),
}
