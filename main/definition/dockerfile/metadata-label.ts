/** The label with which an image defines how it is run (containers.dev, "Image Metadata"). */
export const METADATA_LABEL = 'devcontainer.metadata'
