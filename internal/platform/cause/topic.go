package cause

const alter = "kafka-configs.sh --bootstrap-server {broker} --alter --entity-type topics --entity-name {topic} --add-config "

// What is wrong with the topic, or with its rows.
var (
	TopicMissing = passing("topic-missing", "topic {topic} is not there",
		"start a producer: it makes the topic when it starts, one that already runs does not")
	TopicGone = passing("topic-gone", "topic {topic} is gone: it was deleted",
		"start the producer again: it makes the topic when it starts, one that already runs does not")
	TopicMadeAnew = passing("topic-made-anew", "topic {topic} was deleted and made anew: partition {partition} no longer holds at offset {offset} what was there",
		"start the producer and the consumer again, without --fresh: both find their place in the new topic, and nothing is there twice")
	Compacted = passing("compacted", "topic {topic} is compacted (cleanup.policy={keeps}): of rows with the same incident only the last one stays",
		alter+"cleanup.policy=delete")
	RetentionTime = passing("retention-time", "topic {topic} keeps its rows for {keeps} only: a consumer that is away longer halts with a gap", alter+"retention.ms=-1")
	RetentionSize = passing("retention-size", "topic {topic} keeps {keeps} bytes of each partition only: the oldest rows go", alter+"retention.bytes=-1")
)
