import * as z from 'zod/mini'

/** An editor that can open a running container. */
export const EditorId = z.enum(['vscode', 'vscode-insiders', 'cursor'])
export type EditorId = z.infer<typeof EditorId>

export const Editor = z.strictObject({ id: EditorId, name: z.string() })
export type Editor = z.infer<typeof Editor>
