/** Every third of the definitions is compared in `npm test`, which would else be ten minutes longer. */
const EVERY = 3

/**
 * The definitions that are compared in this run: with `PRISTINE_ORACLE=whole`, as `npm run test:oracle` and
 * `npm run test:engines` set it, all of them.
 */
export const sampled = <T>(definitions: readonly T[]): T[] =>
  process.env['PRISTINE_ORACLE'] === 'whole'
    ? [...definitions]
    : definitions.filter((_, index) => index % EVERY === 0)
