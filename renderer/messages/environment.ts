/** What the screens of one environment and of one build say. */
export const environment = {} as const
