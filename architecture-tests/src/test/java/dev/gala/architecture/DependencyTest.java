package dev.gala.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may see whom: laws 1 to 4 and 8 of the house. */
class DependencyTest {
  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.gala");

  private static final String ENGINE = "dev.gala.river..";
  private static final String CRON_MODULE = "dev.gala.river.cron..";
  private static final String DRIVER_MODULE = "dev.gala.river.postgres..";
  private static final String LOGBACK_MODULE = "dev.gala.river.logback..";
  private static final String MICROMETER_MODULE = "dev.gala.micrometer..";
  private static final String MEMORY_MODULE = "dev.gala.river.memory..";
  private static final String[] EVENT_LAYER = {
    "dev.gala",
    "dev.gala.context..",
    "dev.gala.durable..",
    "dev.gala.event..",
    "dev.gala.internal..",
    "dev.gala.json..",
    "dev.gala.pool..",
    "dev.gala.spi.."
  };

  @Test
  void everyModuleIsLookedAt() {
    assertThat(
            Stream.of(
                "examples.river",
                "river.cron",
                "river.job",
                "river.logback",
                "river.memory",
                "river.postgres",
                "event",
                "micrometer",
                "cli",
                "test",
                "test.postgres",
                "bench"))
        .allSatisfy(
            name -> assertThat(CLASSES.containPackage("dev.gala." + name)).as(name).isTrue());
  }

  @Test
  void theEngineStandsOnLittle() {
    classes()
        .that()
        .resideInAPackage(ENGINE)
        .and()
        .resideOutsideOfPackages(CRON_MODULE, DRIVER_MODULE, LOGBACK_MODULE, MEMORY_MODULE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.gala.river",
            "dev.gala.river.driver..",
            "dev.gala.river.internal..",
            "dev.gala.river.job..",
            "dev.gala.river.json..",
            "dev.gala.river.migrate..",
            "dev.gala.river.spi..",
            "dev.gala.river.worker..",
            "java..",
            "javax.sql..",
            "org.jspecify..",
            "org.slf4j..",
            "tools.jackson..")
        .check(CLASSES);
  }

  @Test
  void theEventLayerSeesOnlyTheEnginesPublicSide() {
    noClasses()
        .that()
        .resideInAnyPackage(EVENT_LAYER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.gala.river.internal..", "dev.gala.river.driver..", DRIVER_MODULE, MEMORY_MODULE)
        .check(CLASSES);
  }

  @Test
  void driversSeeNeitherTheEventLayerNorTheEnginesInside() {
    noClasses()
        .that()
        .resideInAnyPackage(DRIVER_MODULE, MEMORY_MODULE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.gala.river.internal..")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage(EVENT_LAYER)
        .check(CLASSES);
  }

  @Test
  void theTestKitStandsOnThePublicSides() {
    classes()
        .that()
        .resideInAPackage("dev.gala.test")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.gala",
            "dev.gala.durable",
            "dev.gala.event",
            "dev.gala.river",
            "dev.gala.river.job",
            "dev.gala.river.json",
            "dev.gala.river.migrate",
            "dev.gala.test..",
            "java..",
            "javax.sql..",
            "org.jspecify..",
            "org.junit..")
        .check(CLASSES);
  }

  @Test
  void whatKnowsCronKnowsLittleElse() {
    classes()
        .that()
        .resideInAPackage(CRON_MODULE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            CRON_MODULE,
            "dev.gala.river.job..",
            "dev.gala.river.worker..",
            "com.cronutils..",
            "java..",
            "org.jspecify..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage(CRON_MODULE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.cronutils..")
        .check(CLASSES);
  }

  @Test
  void whatKnowsLogbackKnowsLittleElse() {
    classes()
        .that()
        .resideInAPackage(LOGBACK_MODULE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            LOGBACK_MODULE, "dev.gala.river.spi..", "ch.qos.logback..", "java..", "org.jspecify..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage(LOGBACK_MODULE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ch.qos.logback..")
        .check(CLASSES);
  }

  @Test
  void whatKnowsMicrometerKnowsLittleElse() {
    classes()
        .that()
        .resideInAPackage(MICROMETER_MODULE)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            MICROMETER_MODULE,
            "dev.gala.pool..",
            "dev.gala.spi..",
            "io.micrometer..",
            "java..",
            "org.jspecify..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage(MICROMETER_MODULE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.micrometer..")
        .check(CLASSES);
  }

  @Test
  void theEngineKnowsNothingOfEvents() {
    noClasses()
        .that()
        .resideInAPackage(ENGINE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(EVENT_LAYER)
        .check(CLASSES);
  }

  @Test
  void examplesOfTheEngineKnowNothingOfEvents() {
    noClasses()
        .that()
        .resideInAPackage("dev.gala.examples.river..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(EVENT_LAYER)
        .check(CLASSES);
    assertThat(Sources.read(Sources.root().resolve("examples-river/pom.xml")))
        .doesNotContain("<artifactId>gala</artifactId>");
  }

  @Test
  void theEnginesRingsLookInward() {
    var rings =
        List.of(
            List.of("dev.gala.river.json"),
            List.of("dev.gala.river.job"),
            List.of("dev.gala.river.worker"),
            List.of("dev.gala.river.driver"),
            List.of("dev.gala.river.migrate"),
            List.of("dev.gala.river.internal.."),
            List.of("dev.gala.river"));
    for (int inner = 1; inner < rings.size() - 1; inner++) {
      String[] outer =
          rings.subList(inner + 1, rings.size()).stream()
              .flatMap(List::stream)
              .toArray(String[]::new);
      noClasses()
          .that()
          .resideInAnyPackage(rings.get(inner).toArray(String[]::new))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(outer)
          .check(CLASSES);
    }
  }

  @Test
  void statementsAreForDriversDemonstrationsAndBenchmarks() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            DRIVER_MODULE,
            "dev.gala.test.postgres..",
            "dev.gala.cli.bench..",
            "dev.gala.cli.demo..",
            "dev.gala.bench..")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Statement.class, PreparedStatement.class, ResultSet.class)
        .check(CLASSES);
  }

  @Test
  void eachModuleHasOneClassThatMakesThreads() {
    noClasses()
        .that()
        .haveSimpleNameNotEndingWith("Threads")
        .and()
        .resideOutsideOfPackage("dev.gala.test.postgres..")
        .should()
        .callMethod(Thread.class, "ofPlatform")
        .orShould()
        .callMethod(Thread.class, "ofVirtual")
        .orShould()
        .callConstructor(Thread.class, Runnable.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class, String.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Executors.class)
        .check(CLASSES);
  }

  @Test
  void jacksonHasPackagesOfItsOwn() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.gala.bench.json",
            "dev.gala.river.json",
            "dev.gala.river.postgres.json",
            "dev.gala.json",
            "dev.gala.internal.wire")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("tools.jackson..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().assignedFrom(new ByPackage()).should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void namesSayWhatAThingIs() {
    noClasses()
        .that()
        .doNotHaveSimpleName("ContextManager")
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)")
        .check(CLASSES);
  }

  @Test
  void nothingInsideIsExported() {
    var open =
        CLASSES.stream()
            .filter(type -> type.getPackageName().contains(".internal"))
            .map(JavaClass::getPackageName)
            .distinct()
            .filter(DependencyTest::isExported)
            .toList();
    assertThat(open).isEmpty();
  }

  private static boolean isExported(String packageName) {
    return Sources.moduleDescriptors().stream()
        .anyMatch(descriptor -> Sources.read(descriptor).contains("exports " + packageName + ";"));
  }

  /** Each package is a slice of its own, the ones below it not included. */
  private static final class ByPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return type.getPackageName().startsWith("dev.gala")
          ? SliceIdentifier.of(type.getPackageName())
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
