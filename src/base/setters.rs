//! [`setters!`]: writes the methods that set the attributes of a record to be seeded.

/// Writes the setters of a description such as `NewUser`, a line for each attribute:
///
/// - `email(text);` takes a string, `tags(texts);` several;
/// - `organization_id(into OrganizationId);` takes what turns into the type, `role(Role);` the type
///   itself;
/// - `suspended();` takes nothing, and sets the attribute to true.
///
/// The name is that of the attribute in the changes of the record, which the description holds.
macro_rules! setters {
    ($new:ident: $($(#[$doc:meta])* $attribute:ident $argument:tt;)*) => {
        impl $new {
            $($crate::base::setters::setter! { $(#[$doc])* $attribute $argument })*
        }
    };
}

/// One line of [`setters!`]. `From` also turns a value into an attribute that null empties.
macro_rules! setter {
    ($(#[$doc:meta])* $attribute:ident ()) => {
        $(#[$doc])*
        pub fn $attribute(mut self) -> Self {
            self.0.$attribute = Some(true);
            self
        }
    };
    ($(#[$doc:meta])* $attribute:ident (text)) => {
        $crate::base::setters::setter! { $(#[$doc])* $attribute (into String) }
    };
    ($(#[$doc:meta])* $attribute:ident (texts)) => {
        $(#[$doc])*
        pub fn $attribute<T: Into<String>>(
            mut self,
            $attribute: impl IntoIterator<Item = T>,
        ) -> Self {
            self.0.$attribute = Some($attribute.into_iter().map(Into::into).collect());
            self
        }
    };
    ($(#[$doc:meta])* $attribute:ident (into $type:ty)) => {
        $(#[$doc])*
        pub fn $attribute(mut self, $attribute: impl Into<$type>) -> Self {
            let value: $type = $attribute.into();
            self.0.$attribute = Some(From::from(value));
            self
        }
    };
    ($(#[$doc:meta])* $attribute:ident ($type:ty)) => {
        $(#[$doc])*
        pub fn $attribute(mut self, $attribute: $type) -> Self {
            self.0.$attribute = Some(From::from($attribute));
            self
        }
    };
}

pub(crate) use {setter, setters};
