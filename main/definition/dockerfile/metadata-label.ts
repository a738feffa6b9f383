/** The label by which an image says how it wants to be run (containers.dev, "Image Metadata"). */
export const METADATA_LABEL = 'devcontainer.metadata'
