//! Why an answer does not go on.

/// An answer cannot be read, or not safely. None of what it held goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Its `content-encoding` is another than `identity`. Requests whose answers are read go
    /// without `accept-encoding`, so a server has no reason to compress.
    #[error("the answer is compressed")]
    Encoded,
    /// A list that is neither JSON nor an event stream, or not in UTF-8.
    #[error("the answer is neither JSON nor an event stream")]
    Media,
    /// Longer than [`ANSWER_BYTES`](crate::limits::ANSWER_BYTES), or an event longer than
    /// [`EVENT_BYTES`](crate::limits::EVENT_BYTES).
    #[error("the answer is too long")]
    TooLong,
    /// Not JSON, a member name that stands twice, or beyond
    /// [`BODY_DEPTH`](crate::limits::BODY_DEPTH) or
    /// [`ANSWER_VALUES`](crate::limits::ANSWER_VALUES).
    #[error("the answer is not strict JSON within bounds")]
    Json,
    /// Not what the protocol's schema says, or a name that careless readers take for one of its.
    #[error("the answer is not as the protocol says")]
    Shape,
    /// More messages in a batch than [`BATCH_MESSAGES`](crate::limits::BATCH_MESSAGES).
    #[error("the answer has too many messages")]
    TooMany,
    /// A task whose id is longer than [`TASK_ID_BYTES`](crate::limits::TASK_ID_BYTES).
    #[error("a task of the answer has too long an id")]
    TaskId,
    /// Bytes behind the end of the answer.
    #[error("the answer goes on behind its end")]
    Ended,
}
