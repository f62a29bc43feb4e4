package cause

// refill brings the rows into a topic again, without loss for anybody.
const refill = "fill another topic from the same file (producer --topic NEW), and start the consumer with --topic NEW on the same --dir: it goes on at row {row}; " +
	"or, when nobody else needs topic {topic}, fill it anew (producer --fresh)"

const alter = "kafka-configs.sh --bootstrap-server {broker} --alter --entity-type topics --entity-name {topic} --add-config "

// What is wrong with the topic, or with its rows.
var (
	TopicMissing = passing("topic-missing", "topic {topic} is not there",
		"start what fills it; our producer makes the topic when it starts, one that already runs does not")
	TopicGone = passing("topic-gone", "topic {topic} is gone: it was deleted",
		"start the producer again: it makes the topic when it starts, one that already runs does not")
	TopicMadeAnew = passing("topic-made-anew", "topic {topic} was deleted and made anew: partition {partition} no longer holds at offset {offset} what was there",
		"start the producer and the consumer again, without --fresh: both find their place in the new topic, and nothing is there twice")
	FirstRowsGone = passing("first-rows-gone", "the first rows are no longer in topic {topic}: {why}",
		"begin the folder with a later row: --from-row {from}; or fill another topic from the same file (producer --topic NEW); or, when nobody else needs topic {topic}, fill it anew (producer --fresh)")
	RowsExpired = passing("rows-expired", "rows expired before they were read: partition {partition} begins at offset {first}, and {wanted} was wanted; {why}",
		"let nothing expire ({alter}); then "+refill)
	RowsDeleted  = passing("rows-deleted", "rows were deleted before they were read: partition {partition} begins at offset {first} and {wanted} was wanted, and no setting of the topic that may be read from here lets rows expire", refill)
	RowCompacted = passing("row-compacted", "row {row} is no longer there; {why}", "set cleanup.policy=delete ({alter}); then "+refill)
	RowSetAside  = passing("row-set-aside", "row {row} is in partition {partition} at offset {offset} and was set aside: {reason}",
		"hotspot deadletters --dir {dir} shows it; then "+refill)
	RowNotSent = passing("row-not-sent", "row {row} is not in topic {topic}, which has lost nothing: it was never sent", refill)
	OtherTitle = passing("other-title", "row {row} is of the data {got}, and the folder holds {want}",
		"use another --dir for that data, or another --topic for this folder")
	OtherArea = passing("other-area", "row {row} lies in the area {got}, and the folder in {want}",
		"use another --dir for that data, or another --topic for this folder")
	OlderTopic = final("older-topic", "topic {topic} was filled by an older hotspot, whose rows lack what is needed now",
		"prepare the city's file again, and fill another topic (--topic), or begin anew (producer --fresh --yes; hotspot up --fresh)")
	OtherRow = passing("other-row", "row {row} says that its link is {got}, but after the rows before it the link is {want}: the row is from another file, or was damaged",
		"use another --dir for that file; or "+refill)
	MessagesGone = passing("messages-gone", "the messages {wanted} to {last} of topic {topic} are gone before they were read: nothing tells the numbers of the rows after them (--order offset)",
		"begin anew with another --dir; and let nothing expire before it is read (retention.ms, retention.bytes)")
	NoRows = passing("no-rows", "none of the first {count} messages of topic {topic} is a row; the last of them: {reason}",
		"check --topic; what another program writes needs --order offset, and --columns when its fields are not called as ours; hotspot deadletters --dir {dir} shows them")
	Compacted = passing("compacted", "topic {topic} is compacted (cleanup.policy={keeps}): of rows with the same incident only the last one stays",
		alter+"cleanup.policy=delete")
	RetentionTime = passing("retention-time", "topic {topic} keeps its rows for {keeps} only: a consumer that is away longer halts with a gap", alter+"retention.ms=-1")
	RetentionSize = passing("retention-size", "topic {topic} keeps {keeps} bytes of each partition only: the oldest rows go", alter+"retention.bytes=-1")
)
