/** Tells a function that gets a list of messages the ids of their jobs, in the order of the list, as JSON. */
export const MESSAGES_HEADER = 'rota-messages'
