package dev.gala.cli.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gala.river.job.JobCursor;
import dev.gala.river.job.JobListOrder;
import dev.gala.river.job.JobListParams;
import dev.gala.river.job.JobState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ListOptionsTest {
  @Test
  void nothingGiven() {
    assertThat(parse()).isEqualTo(JobListParams.builder().build());
  }

  @Test
  void everythingGiven() {
    assertThat(
            parse(
                "--id 1,2 --kind a,b --kind c --queue q,r --state running,completed --priority 1"
                    + " --priority 4 --tag aaa,bbb --tag-any ccc --metadata {\"a\":1} --limit 7"
                    + " --order scheduled_at --desc --after abc"))
        .isEqualTo(
            JobListParams.builder()
                .ids(List.of(1L, 2L))
                .kinds(List.of("a,b", "c"))
                .queues(List.of("q", "r"))
                .states(List.of(JobState.RUNNING, JobState.COMPLETED))
                .priorities(List.of(1, 4))
                .tagsAll(List.of("aaa", "bbb"))
                .tagsAny(List.of("ccc"))
                .metadata("{\"a\":1}")
                .limit(7)
                .order(JobListOrder.SCHEDULED_AT)
                .descending(true)
                .after(new JobCursor("abc"))
                .build());
  }

  @ParameterizedTest
  @CsvSource({
    "--state RUNNING, 'available, cancelled, completed'",
    "--state working, 'running, scheduled'",
    "--order kind, 'finalized_at, id, scheduled_at, time'",
    "--limit many, many",
    "--id x, x"
  })
  void whatIsNoValueIsToldWithThoseThatAre(String arguments, String told) {
    assertThatThrownBy(() -> parse(arguments)).hasMessageContaining(told);
  }

  private static JobListParams parse(String arguments) {
    return CommandLine.populateCommand(new ListOptions(), arguments.split(" ")).params();
  }

  private static JobListParams parse() {
    return CommandLine.populateCommand(new ListOptions()).params();
  }
}
